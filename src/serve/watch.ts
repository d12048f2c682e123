// Watches folders and tells which paths changed. Chokidar keeps track of the folders alone, and the system tells of the files in
// them: with a watch for each file, starting would take three times as long on a site of 10,000. Judges nothing: that is the build's work.
import fs from 'node:fs'
import path from 'node:path'
import { watch, type FSWatcher } from 'chokidar'

export interface WatchOptions {
  /** Files, and folders with all in them, absolute; they need not be there. */
  readonly paths: readonly string[]
  /** Folders that are left out, absolute. */
  readonly without: readonly string[]
  /** A file, or a folder of which it is not known what changed in it. */
  readonly onChange: (file: string) => void
  /** The system refuses to watch, or stopped. */
  readonly onFailure: (error: Error) => void
}
export interface Watch {
  /** Resolves when every change from now on will be told. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** What editors and systems put beside files while they save them. */
const passing = /^(?:\.[^/]*\.sw[a-z]|\.#[^/]*|#[^/]*#|\.git|\.DS_Store|4913|[^/]*~|[^/]*___jb_(?:old|tmp)___|\.goutputstream-.*)$/
/** Between looking into a new folder and watching it a file can slip in. */
const settleMs = 200

function isPassing(file: string): boolean {
  return passing.test(path.basename(file))
}

export function watchPaths({ paths, without, onChange, onFailure }: WatchOptions): Watch {
  const isAtOrBelow = (folder: string, file: string): boolean => file === folder || file.startsWith(folder + path.sep)
  const isLeftOut = (file: string): boolean => without.some((folder) => isAtOrBelow(folder, file)) || /[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(file)
  const isMeant = (file: string): boolean => paths.some((wanted) => isAtOrBelow(wanted, file))
  /** Folders that lead to what is meant are watched, too: it may come and go. */
  const leads = (folder: string): boolean => paths.some((wanted) => isAtOrBelow(folder, wanted))
  const timers = new Set<NodeJS.Timeout>()
  const watcher = watch(rootsOf(paths), {
    ignoreInitial: true, ignorePermissionErrors: true,
    ignored: (file, stats) => stats?.isFile() === true || isLeftOut(file) || !(isMeant(file) || leads(file)),
  })
  listFoldersOnly(watcher)
  const tell = (file: string): void => { if (!isPassing(file) && !isLeftOut(file) && (isMeant(file) || leads(file))) onChange(file) }
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { watchedPath?: string }
    if (watchedPath === undefined || typeof name !== 'string' || name === '') return
    const file = path.join(watchedPath, name)
    if (isMeant(file)) tell(file)
  })
  watcher.on('addDir', (folder) => {
    tell(folder)
    const timer = setTimeout(() => {
      timers.delete(timer)
      tell(folder)
    }, settleMs)
    timers.add(timer)
  })
  watcher.on('unlinkDir', tell)
  watcher.on('error', (error) => onFailure(error instanceof Error ? error : new Error(String(error))))
  return {
    // Where the system refuses, there is nothing to wait for.
    ready: new Promise((resolve) => { watcher.once('ready', resolve).once('error', () => { resolve() }) }),
    async close() {
      for (const timer of timers) clearTimeout(timer)
      await watcher.close()
    },
  }
}

/**
 * With each change in a folder, chokidar looks at every file in it, which takes longer than the rest of a save where there are many.
 * Folders and links, which are all that it watches here, are told apart without looking.
 */
function listFoldersOnly(watcher: FSWatcher): void {
  const list = watcher._readdirp.bind(watcher)
  const isWanted = (filter: unknown, entry: { readonly dirent?: fs.Dirent }): boolean => typeof filter === 'function' && filter(Object.assign(entry, { stats: entry.dirent })) === true
  watcher._readdirp = (root, { fileFilter, directoryFilter, ...options } = {}) => list(root, {
    ...options, alwaysStat: false,
    fileFilter: (entry) => entry.dirent?.isFile() === false && isWanted(fileFilter, entry),
    directoryFilter: (entry) => isWanted(directoryFilter, entry),
  })
}

/** Folders that are there, above all paths, none inside another. */
function rootsOf(paths: readonly string[]): string[] {
  const folders = new Set(paths.map((file) => nearestFolder(path.dirname(file))))
  return [...folders].filter((folder) => ![...folders].some((other) => other !== folder && folder.startsWith(other + path.sep)))
}

function nearestFolder(folder: string): string {
  return fs.existsSync(folder) ? folder : nearestFolder(path.dirname(folder))
}
