// Bad input: what a source of the site may give by mistake.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import { build, type Files } from './support/hostile.ts'

afterAll(removeTempFolders)

describe('a source of the site', () => {
  const config = (body: string): Files => ({ 'site.config.mjs': `import { defineSource, put } from 'sourcepress'
const source = defineSource({ name: 'own', async *load(ctx) { ${body} } })
export default { title: 'Site', url: 'https://example.org/', collections: { own: { source } } }` })
  const faults: Readonly<Record<string, string>> = {
    'no id': 'yield put({})',
    'an id that is no text': 'yield put({ id: 7 })',
    'an id of nothing': `yield put({ id: ' ' })`,
    'an id with control characters': `yield put({ id: 'a\\u0000b' })`,
    'half a character': `yield put({ id: '\\ud83d' })`,
    'the same id twice': `yield put({ id: 'a' }); yield put({ id: 'a' })`,
    'a wrong body': `yield put({ id: 'a', body: { markdown: 7 } })`,
    'a body of an unknown kind': `yield put({ id: 'a', body: { kind: 'rtf', text: '' } })`,
    'a wrong date': `yield put({ id: 'a', date: 'soon' })`,
    'no date': `yield put({ id: 'a', date: new Date(NaN) })`,
    'an asset outside': `yield put({ id: 'a', assets: [{ name: '../../../secret.txt', file: '/etc/hostname' }] })`,
    'an asset that is not there': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: '/no/such/file' }] })`,
    'an asset that is a folder': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: '/' }] })`,
    'an asset that is a pipe': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: ctx.root + '/pipe' }] })`,
    'data that throws': `yield { put: { id: 'a', data: { get title() { throw new Error('boo') } } } }`,
    'data in a circle': `const data = {}; data.self = data; yield { put: { id: 'a', data: { title: data } } }`,
    'nothing at all': 'yield undefined',
    'an error at the end': `yield put({ id: 'a' }); throw new Error('at the end')`,
    'an error that is none': `yield put({ id: 'a' }); throw null`,
    'a broken report': `ctx.report({ nonsense: true })`,
    'a slug out of the folder': `yield put({ id: 'a', data: { permalink: '/../../x/' } })`,
  }
  test.concurrent.each(Object.entries(faults))('that gives %s', async (_, body) => {
    const built = await build(config(body), { prepare: (root) => execFileSync('mkfifo', [path.join(root, 'pipe')]) })
    expect([1, 3]).toContain(built.code)
    expect(built.tree.size).toBe(0)
  })

  test('that gives odd but harmless things', async () => {
    const built = await build(config(`
      const circle = { name: 'circle' }; circle.self = circle
      yield put({ id: '../../etc/passwd', body: 'x' })
      yield put({ id: '__proto__', data: JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1, "circle": 1 }') })
      yield put({ id: 'c', data: { circle, big: 10n, fn() {}, symbol: Symbol('s'), map: new Map([[1, 2]]), regexp: /x/, null: null, undefined: undefined } })
      yield put({ id: 'd', title: 7, tags: [1, true, null, ''], date: 0 })
      yield put({ id: 'e'.repeat(1000), body: { text: 'x'.repeat(100000) } })
      yield { drop: 'never there' }
    `))
    expect(built.code === 0 || built.told.every((line) => /^error (?:front-matter-|source-|permalink-)/.test(line)), built.messages.join('\n')).toBe(true)
  })
})
