// Opens a file in the user's editor, and waits until it is closed.
import { spawn } from 'node:child_process'
import { fail } from '../core/diagnostic.ts'

/** Throws if no editor is named. Before anything is made that it is for. */
export function findEditor(): string {
  const editor = process.env['VISUAL'] || process.env['EDITOR']
  if (editor) return editor
  throw fail('usage-flag', '--open needs to know your editor, and neither VISUAL nor EDITOR is set', { fix: 'set EDITOR, for example to `nano` or `code --wait`.' })
}

/** `editor` may have arguments of its own. */
export async function openInEditor(editor: string, file: string): Promise<void> {
  // The shell takes the editor apart; the file's name never becomes part of a command.
  const [program, args] = process.platform === 'win32' ? ['cmd', ['/c', `${editor} "%SSG_FILE%"`]] : ['sh', ['-c', `${editor} "$1"`, 'sh', file]]
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, SSG_FILE: file } })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  if (code !== 0) throw fail('usage-flag', `the editor \`${editor}\` ended with ${code ?? 'a signal'}; the file is there`, { fix: 'look at EDITOR.' })
}
