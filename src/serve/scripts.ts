// The scripts that run in open pages, as they come with this package.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { packageFolder } from '../build/theme.ts'

const compiled = path.join(packageFolder, 'dist/src/serve/client')
const known = new Map<string, Buffer>()

/** `early.js`, `live.js` and what it imports; `undefined`: there is no such script. */
export function readScript(name: string): Buffer | undefined {
  if (!/^[a-z]+\.js$/.test(name)) return undefined
  let script = known.get(name)
  if (script === undefined) {
    const file = name === 'idiomorph.js' ? createRequire(import.meta.url).resolve('idiomorph/dist/idiomorph.esm.js') : path.join(compiled, name)
    if (!fs.existsSync(file)) return undefined
    // In a browser, packages have no names.
    script = Buffer.from(fs.readFileSync(file, 'utf8').replaceAll("from 'idiomorph'", "from './idiomorph.js'"))
    known.set(name, script)
  }
  return script
}
