import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cleanOutput, openOutput, type Content } from '../../src/build/output.ts'
import { ownListName } from '../../src/core/permalink.ts'
import { SsgError } from '../../src/core/diagnostic.ts'
import type { OutputPath } from '../../src/core/types.ts'
import { readTree, removeTempFolders, tempFolder, writeFiles } from '../support/cli.ts'

afterAll(removeTempFolders)

function write(folder: string, files: Readonly<Record<string, Content>>) {
  const output = openOutput(folder, 'public')
  output.begin(Object.keys(files) as OutputPath[])
  for (const [file, content] of Object.entries(files)) output.write(file as OutputPath, content)
  return output.finish(false)
}
const names = (folder: string): string[] => [...readTree(folder).keys()].filter((name) => name !== ownListName)
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof SsgError) return error.diagnostics[0]?.code ?? ''
    throw error
  }
  return 'no error'
}

describe('output folder', () => {
  test('is made, then written only where bytes differ, and keeps times of what is the same', () => {
    const folder = path.join(tempFolder(), 'deep/public')
    expect(write(folder, { 'index.html': 'a', 'x/index.html': 'long text' })).toMatchObject({ written: 2, removed: 0 })
    fs.utimesSync(path.join(folder, 'index.html'), 1, 1)
    expect(write(folder, { 'index.html': 'a', 'x/index.html': 'short' })).toMatchObject({ written: 1, removed: 0 })
    expect(fs.readFileSync(path.join(folder, 'x/index.html'), 'utf8')).toBe('short')
    expect(fs.statSync(path.join(folder, 'index.html')).mtimeMs).toBe(1000)
  })

  test('loses orphans of its own and the folders they leave empty, and names what is not its own', () => {
    const folder = path.join(tempFolder(), 'public')
    write(folder, { 'a/b/c.html': '1', 'd.html': '2' })
    writeFiles(folder, { 'mine.txt': 'x', 'a/mine.txt': 'x' })
    const summary = write(folder, { 'd.html': '2' })
    expect(summary.removed).toBe(1)
    expect(summary.diagnostics[0]?.message).toContain('a/mine.txt, mine.txt')
    expect(names(folder)).toEqual(['a/mine.txt', 'd.html', 'mine.txt'])
  })

  test('is refused if it holds files of others and no list, or a file of others in the way', () => {
    const folder = tempFolder({ 'precious.txt': 'x' })
    expect(codeOf(() => write(folder, { 'index.html': 'a' }))).toBe('output-foreign')
    const ours = path.join(tempFolder(), 'public')
    write(ours, { 'index.html': 'a' })
    writeFiles(ours, { 'new.html': 'mine' })
    expect(codeOf(() => write(ours, { 'index.html': 'a', 'new.html': 'theirs' }))).toBe('output-foreign')
    expect(fs.readFileSync(path.join(ours, 'new.html'), 'utf8')).toBe('mine')
    writeFiles(ours, { [ownListName]: 'not json' })
    expect(codeOf(() => write(ours, { 'index.html': 'a' }))).toBe('output-foreign')
  })

  test('a file becomes a folder and a folder becomes a file', () => {
    const folder = path.join(tempFolder(), 'public')
    write(folder, { 'a': '1', 'b/c/d.html': '2' })
    write(folder, { 'a/index.html': '1', 'b': '2' })
    expect(names(folder)).toEqual(['a/index.html', 'b'])
  })

  test('no link is followed, neither for folders nor for files nor for removal', () => {
    const outside = tempFolder({ 'index.html': 'outside' })
    const folder = path.join(tempFolder(), 'public')
    write(folder, { 'x/index.html': 'a', 'y.html': 'b' })
    fs.rmSync(path.join(folder, 'x'), { recursive: true })
    fs.symlinkSync(outside, path.join(folder, 'x'))
    expect(codeOf(() => write(folder, { 'x/index.html': 'a', 'y.html': 'b' }))).toBe('output-unsafe')
    fs.rmSync(path.join(folder, 'x'))
    fs.rmSync(path.join(folder, 'y.html'))
    fs.symlinkSync(path.join(outside, 'index.html'), path.join(folder, 'y.html'))
    expect(codeOf(() => write(folder, { 'y.html': 'b' }))).toBe('output-unsafe')
    expect(fs.readFileSync(path.join(outside, 'index.html'), 'utf8')).toBe('outside')
    const list = { version: 1, files: ['../precious.txt', 'z/../../precious.txt'] }
    fs.writeFileSync(path.join(folder, '../precious.txt'), 'x')
    fs.rmSync(path.join(folder, 'y.html'))
    writeFiles(folder, { [ownListName]: JSON.stringify(list) })
    write(folder, { 'n.html': 'x' })
    expect(fs.existsSync(path.join(folder, '../precious.txt'))).toBe(true)
  })

  test('a folder link between us and an orphan is not followed', () => {
    const outside = tempFolder({ 'index.html': 'outside' })
    const folder = path.join(tempFolder(), 'public')
    write(folder, { 'x/index.html': 'a', 'y.html': 'b' })
    fs.rmSync(path.join(folder, 'x'), { recursive: true })
    fs.symlinkSync(outside, path.join(folder, 'x'))
    write(folder, { 'y.html': 'b' })
    expect(fs.readFileSync(path.join(outside, 'index.html'), 'utf8')).toBe('outside')
  })

  test('a build that was cut off after any write is put right by the next', () => {
    const next = { 'a.html': 'new a', 'b/index.html': 'b', 'c.html': 'c' }
    for (let stop = 0; stop <= 3; stop++) {
      const folder = path.join(tempFolder(), 'public')
      write(folder, { 'a.html': 'old', 'gone.html': 'x' })
      const output = openOutput(folder, 'public')
      output.begin(Object.keys(next) as OutputPath[])
      for (const [file, content] of Object.entries(next).slice(0, stop)) output.write(file as OutputPath, content)
      write(folder, next)
      expect(Object.fromEntries([...readTree(folder)].filter(([name]) => name !== ownListName).map(([name, bytes]) => [name, bytes.toString()]))).toEqual(next)
    }
  })

  test('copies files, and cleans up only what is its own', () => {
    const source = path.join(tempFolder({ 'p.png': new Uint8Array([1, 2, 3]) }), 'p.png')
    const folder = path.join(tempFolder(), 'public')
    write(folder, { 'p.png': { copyOf: source }, 'i.html': '' })
    expect([...fs.readFileSync(path.join(folder, 'p.png'))]).toEqual([1, 2, 3])
    writeFiles(folder, { 'mine.txt': 'x' })
    expect(cleanOutput(folder, 'public')).toEqual({ removed: 2, kept: ['mine.txt'] })
    write(folder, { 'i.html': '' })
    fs.rmSync(path.join(folder, 'mine.txt'))
    expect(cleanOutput(folder, 'public')).toEqual({ removed: 1, kept: [] })
    expect(fs.existsSync(folder)).toBe(false)
  })
})
