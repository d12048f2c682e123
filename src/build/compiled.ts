// Templates as nunjucks compiles them, kept from one build to the next: a build that renders a few pages needs nothing of the
// compiler then. What is damaged is compiled again.
import path from 'node:path'
import type { CompiledCode } from '../render/template-compiler.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'

export interface CompiledStore extends CompiledCode {
  /** Writes them down if there are new ones. */
  save(): void
}

/** Beyond this, those that were compiled first give way. */
const mostTemplates = 300

/** `isFresh`: nothing of earlier builds can be used. */
export function openCompiled(folder: string, isFresh: boolean): CompiledStore {
  const file = path.join(folder, 'templates.txt')
  let known: Map<Digest, string> | undefined
  let hasNew = false
  const load = (): Map<Digest, string> => (known ??= new Map(isFresh ? [] : readCodes(file)))
  return {
    get: (key) => load().get(key),
    set(key, code) {
      load().set(key, code)
      hasNew = true
    },
    save() {
      if (!hasNew) return
      const text = JSON.stringify([...load()].slice(-mostTemplates))
      writeAtomic(file, `${digest(text)}\n${text}`)
      hasNew = false
    },
  }
}

/** It is executed, so that it has to be what was written. */
function readCodes(file: string): [Digest, string][] {
  const written = readIfThere(file) ?? ''
  const text = written.slice(written.indexOf('\n') + 1)
  return written.startsWith(`${digest(text)}\n`) ? JSON.parse(text) as [Digest, string][] : []
}
