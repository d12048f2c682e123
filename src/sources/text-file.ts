// Reads one text file that may be anything: no text at all, another encoding, a pipe that never ends.
import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Diagnostic } from '../core/diagnostic.ts'
import { messageOf } from '../core/diagnostic.ts'
import { unixLineEnds } from '../util/line-ends.ts'

/** Larger files are refused: nobody wrote them by hand. */
const largestBytes = 64 * 1024 * 1024
let shared = Buffer.allocUnsafe(64 * 1024)

export type TextFile = { readonly text: string } | { readonly problem: Diagnostic }

/** The text of a regular file without byte order mark and with `\n` as line end. `name` is what messages call it. */
export function readTextFile(path: string, name: string): TextFile {
  let file: number
  try {
    // Opening a pipe would wait for its other end.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return refuse('file-read', name, `${name} cannot be read: ${reasonOf(error)}`, 'check that it exists and may be read.')
  }
  try {
    return decode(readOpenFile(file), name)
  } catch (error) {
    return refuse('file-read', name, `${name} cannot be read: ${reasonOf(error)}`, 'check that it is a regular file.')
  } finally {
    closeSync(file)
  }
}

/** What the system says, without the error's name and the machine's path: `permission denied`. */
export function reasonOf(error: unknown): string {
  return messageOf(error).replace(/^E[A-Z0-9]+: /, '').replace(/, \w+( '.*')?( -> '.*')?$/s, '')
}

function readOpenFile(file: number): Buffer {
  let filled = readSync(file, shared, 0, shared.length, 0)
  if (filled < shared.length) return shared.subarray(0, filled)
  const { size } = fstatSync(file)
  if (size > largestBytes) throw new Error(`it has ${Math.round(size / 1e6)} MB, more than ${largestBytes / 1024 / 1024} MB`)
  if (size >= shared.length) shared = Buffer.concat([shared], size + 1)
  for (let got = 1; got > 0 && filled < shared.length; filled += got) got = readSync(file, shared, filled, shared.length - filled, filled)
  return shared.subarray(0, filled)
}

function decode(bytes: Buffer, name: string): TextFile {
  if (isUtf16(bytes)) return refuse('file-encoding', name, `${name} is UTF-16, not UTF-8`, 'save it as UTF-8.')
  if (!isUtf8(bytes)) return notUtf8(bytes, name)
  const zero = bytes.indexOf(0)
  if (zero !== -1) {
    const line = countLines(bytes, zero)
    return refuse('file-encoding', name, `${name} holds a NUL byte, so it is not a text`, 'remove the byte, or the file.', line)
  }
  const text = bytes.toString('utf8', bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
  return { text: unixLineEnds(text) }
}

/** By its byte order mark, or by the zeros that Latin text has in it. */
function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0)
  if (mark === 0xfffe || mark === 0xfeff) return true
  const zeros = [0, 0]
  const length = Math.min(bytes.length, 256)
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  return length >= 4 && Math.max(...zeros) > length / 4
}

function notUtf8(bytes: Buffer, name: string): TextFile {
  let line = 1
  for (let start = 0; start <= bytes.length; line++) {
    const next = bytes.indexOf(10, start)
    const end = next === -1 ? bytes.length : next
    const text = bytes.subarray(start, end)
    if (!isUtf8(text)) {
      const decoded = text.toString('utf8')
      const column = decoded.indexOf('\ufffd')
      const byte = text[Buffer.byteLength(decoded.slice(0, column))] ?? 0
      return refuse('file-encoding', name, `${name} is not UTF-8: byte 0x${byte.toString(16).toUpperCase()}`, 'save it as UTF-8.', line, column + 1)
    }
    start = end + 1
  }
  return refuse('file-encoding', name, `${name} is not UTF-8`, 'save it as UTF-8.')
}

function countLines(bytes: Buffer, end: number): number {
  let line = 1
  for (let i = bytes.indexOf(10); i !== -1 && i < end; i = bytes.indexOf(10, i + 1)) line++
  return line
}

function refuse(code: 'file-read' | 'file-encoding', file: string, message: string, fix: string, line?: number, column?: number): TextFile {
  return { problem: { severity: 'error', code, message, at: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }, fix } }
}
