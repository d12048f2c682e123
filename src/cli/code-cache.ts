// What V8 made of the program's code in earlier runs, in the user's own cache folder. It is executed, so that nobody else may be able
// to write there, and V8 believes it all, so that every file begins with a digest. Whatever is odd about it means compiling again.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { digest } from '../util/hash.ts'

export interface CodeCache {
  readonly folder: string
  read(name: string): Buffer | undefined
  /** Whether a run that needed just these files has written down their code. */
  knows(names: Iterable<string>): boolean
  write(codes: ReadonlyMap<string, Buffer>): void
}

/** Folders that stay: of other versions of the program and of Node. */
const mostFolders = 4
const digestBytes = 32

/** `program` names the version of the program. Gives nothing where there must be no such cache. */
export function openCodeCache(program: string): CodeCache | undefined {
  const home = process.env['XDG_CACHE_HOME'] ?? ''
  // A relative folder would be one of the site.
  const base = isAbsolute(home) ? home : join(homedir(), '.cache')
  if (process.env['SSG_CODE_CACHE'] === '0' || !isAbsolute(base)) return undefined
  const all = join(base, 'sourcepress', 'code')
  const folder = join(all, `${program.slice(0, 32)}-${process.version}-${process.arch}`)
  if (!isOwn(folder, dirname(base))) return undefined
  return {
    folder,
    read: (name) => readChecked(folder, name),
    knows: (names) => existsSync(join(folder, setName(names))),
    write(codes) {
      if (!existsSync(folder)) {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        removeOld(all)
      }
      for (const [name, code] of codes) writeWhole(folder, name, Buffer.concat([digestOf(name, code), code]))
      writeWhole(folder, setName(codes.keys()), '')
    },
  }
}

/** Whether only this user can write to the folder, or it can be made in what they have below `home`. */
function isOwn(folder: string, home: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats !== undefined) return isOfUser(stats) && (stats.mode & 0o022) === 0
  let above = folder
  while (above !== home && !existsSync(above)) above = dirname(above)
  return existsSync(above) && isOfUser(statSync(above))
}

function isOfUser(stats: Stats): boolean {
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid())
}

function readChecked(folder: string, name: string): Buffer | undefined {
  try {
    const bytes = readFileSync(join(folder, name))
    const code = bytes.subarray(digestBytes)
    return digestOf(name, code).equals(bytes.subarray(0, digestBytes)) ? code : undefined
  } catch {
    return undefined
  }
}

/** With its name, so that the file of another chunk does not count. */
function digestOf(name: string, code: Buffer): Buffer {
  return Buffer.from(digest(`${name} ${digest(code)}`))
}

function setName(names: Iterable<string>): string {
  return `${digest([...names].sort().join('\n'))}.set`
}

/** Never seen half written, not even after a kill. */
function writeWhole(folder: string, name: string, content: Buffer | string): void {
  const temporary = join(folder, `${name}.${process.pid}.new`)
  writeFileSync(temporary, content, { mode: 0o600 })
  renameSync(temporary, join(folder, name))
}

function removeOld(all: string): void {
  const folders = readdirSync(all).filter((name) => /^[\da-f]{32}-v[\w.-]+$/.test(name)).map((name) => ({ path: join(all, name), time: statSync(join(all, name)).mtimeMs }))
  for (const { path } of folders.sort((a, b) => b.time - a.time).slice(mostFolders)) rmSync(path, { recursive: true, force: true })
}
