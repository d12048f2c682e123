// The digest of all that every page depends on without reading it: this program and its libraries, Node, the config, the settings.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../core/settings.ts'
import { readIfThere } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import { plainText } from '../util/plain-text.ts'
import { packageFolder } from './theme.ts'

const programFolder = fileURLToPath(new URL('..', import.meta.url))

/** The settings count by their values, for a config may take some from the environment. */
export function codeDigest(settings: Settings, configDigest: string): Digest {
  const { root: _root, ...values } = settings
  const lockFile = readIfThere(path.join(settings.root, 'package-lock.json')) ?? ''
  return digest([machineText(), programDigest(), librariesText(), configDigest, digest(lockFile), plainText(values)].join('\n'))
}

/** Node, and its data on languages, characters and time zones, which may be the system's and another under the same version. */
function machineText(): string {
  const { icu, cldr, unicode, tz, v8 } = process.versions
  return JSON.stringify([process.version, process.platform, process.arch, icu, cldr, unicode, tz, v8])
}

/** The bundle has its digest in a file. */
function programDigest(): string {
  const bundled = readIfThere(path.join(programFolder, 'digest.txt'))
  if (bundled !== undefined) return bundled
  const files = fs.readdirSync(programFolder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts')).sort()
  return digest(files.map((file) => `${file} ${digest(fs.readFileSync(path.join(programFolder, file)))}`).join('\n'))
}

/** Names and versions of what this program depends on, as installed. */
function librariesText(): string {
  const own = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string; dependencies: Record<string, string> }
  return [own.version, ...Object.keys(own.dependencies).sort().map((name) => `${name} ${installedVersion(name, packageFolder)}`)].join('\n')
}

function installedVersion(name: string, from: string): string {
  const text = readIfThere(path.join(from, 'node_modules', name, 'package.json'))
  if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  return path.dirname(from) === from ? 'unknown' : installedVersion(name, path.dirname(from))
}
