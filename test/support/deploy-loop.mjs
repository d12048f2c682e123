// The least that sending a folder with the AWS SDK takes: list its files, put each, 32 at a time. No plan, no manifest, no checks, and
// less in each request than a deploy needs: no token, no condition. `--kept`: with the SDK's option that a deploy uses, too.
import fs from 'node:fs'
import path from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [folder = '.', flag] = process.argv.slice(2)
const client = new S3Client({ forcePathStyle: true, cacheMiddleware: flag === '--kept', requestHandler: { httpAgent: { keepAlive: true, maxSockets: 32 } } })
const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
const next = files[Symbol.iterator]()
await Promise.all(Array.from({ length: 32 }, async () => {
  for (const file of next) await client.send(new PutObjectCommand({ Bucket: 'site', Key: path.relative(folder, file), Body: fs.readFileSync(file), ContentType: 'text/html; charset=utf-8', CacheControl: 'public, max-age=0, must-revalidate' }))
}))
