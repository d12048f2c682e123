// Files too large for one request: in parts, each a buffer, given up as a whole if one fails.
import type { CompletedPart } from '@aws-sdk/client-s3'
import { objectFields, resultOf, where, type Connection } from './s3-fields.ts'
import { StoreError, type LargePut, type PutResult } from './store.ts'

/** Above this, in parts. */
export const largeBytes = 16 << 20
const partBytes = 8 << 20
const partsAtMost = 10_000

export async function putInParts(connection: Connection, put: LargePut): Promise<PutResult> {
  const { sdk, client, target, send } = connection
  const { UploadId = '' } = await send(`CreateMultipartUpload ${put.key}`, (options) => client.send(new sdk.CreateMultipartUploadCommand({ ...where(target), ...objectFields(target, put), Key: put.key }), options))
  const upload = { ...where(target), Key: put.key, UploadId }
  try {
    await put.onBegin(UploadId)
    const parts = await sendParts(connection, put, upload)
    const command = new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })
    const answer = await send(`CompleteMultipartUpload ${put.key}`, (options) => client.send(command, options))
    // Some services tell another ETag here than in lists; what counts is what they tell afterwards.
    return await findCompleted(connection, put) ?? resultOf(answer)
  } catch (error) {
    const lost = await findCompleted(connection, put)
    if (lost) return lost
    await giveUp(connection, put.key, UploadId)
    throw error
  }
}

type Upload = ReturnType<typeof where> & { Key: string; UploadId: string }

async function sendParts({ sdk, client, send }: Connection, { key, sizeBytes, read }: LargePut, upload: Upload): Promise<CompletedPart[]> {
  const size = Math.max(partBytes, Math.ceil(sizeBytes / partsAtMost))
  const parts: CompletedPart[] = []
  for (let from = 0; from < sizeBytes; from += size) {
    const Body = read(from, Math.min(size, sizeBytes - from))
    const PartNumber = parts.length + 1
    const { ETag } = await send(`UploadPart ${PartNumber} of ${key}`, (options) => client.send(new sdk.UploadPartCommand({ ...upload, PartNumber, Body, ContentLength: Body.length }), options), Body.length)
    parts.push({ PartNumber, ETag })
  }
  return parts
}

/** If the last answer alone was lost, the object is there with our token. */
async function findCompleted({ sdk, client, target, send }: Connection, { key, token }: LargePut): Promise<PutResult | undefined> {
  try {
    const found = await send(`HeadObject ${key}`, (options) => client.send(new sdk.HeadObjectCommand({ ...where(target), Key: key }), options))
    return found.Metadata?.['ssg'] === token ? resultOf(found) : undefined
  } catch (error) {
    // It is not there, or nobody can tell: the first error is the one to be told.
    if (error instanceof StoreError) return undefined
    throw error
  }
}

async function giveUp(connection: Connection, key: string, upload: string): Promise<void> {
  try {
    await abandonUpload(connection, key, upload)
  } catch (error) {
    // The deploy fails for its own reason, and the next one tries again.
    if (!(error instanceof StoreError)) throw error
  }
}

export async function abandonUpload({ sdk, client, target, send }: Connection, key: string, upload: string): Promise<void> {
  try {
    await send(`AbortMultipartUpload ${key}`, (options) => client.send(new sdk.AbortMultipartUploadCommand({ ...where(target), Key: key, UploadId: upload }), options))
  } catch (error) {
    if (!(error instanceof StoreError) || !isGone(error.cause)) throw error
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchUpload'
