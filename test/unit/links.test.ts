import { describe, expect, it } from 'vitest'
import type { Entry, HeldEntry, Permalink } from '../../src/core/types.ts'
import { createLinkResolver } from '../../src/render/links.ts'
import { makeEntry } from '../support/bodies.ts'

const at = (path: string, permalink: string, more: Partial<Entry> = {}): Entry => makeEntry('', { path, permalink: permalink as Permalink, ...more })
const hello = at('posts/hello.md', '/posts/hello/', { assets: [{ name: 'pictures/map.png', file: '/x/map.png' }, { name: 'café.png', file: '/x' }] })
const draft = at('posts/draft.md', '/posts/draft/')
const entries = [hello, at('posts/other.md', '/2024/other/'), at('posts/spa ce.md', '/posts/spa-ce/'), at('pages/about.markdown', '/über uns?/'), { ...at('notes/bare.md', '/x/'), permalink: undefined } as unknown as Entry]
const held: HeldEntry[] = [{ entry: draft, reason: 'draft' }, { entry: at('posts/later.md', '/posts/later/'), reason: 'scheduled' }]
const assets = new Map([['posts/shared.pdf', '/posts/shared.pdf'], ['img/logo.svg', '/img/logo.svg'], ['posts/readme.md', '/posts/readme.md']])
const resolver = (basePath = '/'): ((raw: string, from?: Entry) => ReturnType<ReturnType<typeof createLinkResolver>>) => {
  const resolve = createLinkResolver({ entries, held, settings: { basePath }, findAsset: (path) => assets.get(path) as Permalink | undefined, assetPaths: () => assets.keys() })
  return (raw, from = hello) => resolve(raw, from)
}
const resolve = resolver()

describe('links that stay as they are', () => {
  it.each(['https://example.org/a.md', 'http://x', 'mailto:a@b.c', 'tel:+43', '//cdn.example.org/x.png', '#part', '', '?page=2', 'other-post/', '../other', 'v1.2', 'page.html', 'feed.xml', 'data:image/png;base64,x', 'a%ZZb/'])('%s', (raw) => {
    expect(resolve(raw)).toEqual({ href: raw })
  })
})

describe('links to entries', () => {
  it.each([
    ['./other.md', '/2024/other/'],
    ['other.md', '/2024/other/'],
    ['../posts/other.md', '/2024/other/'],
    ['/posts/other.md', '/2024/other/'],
    ['./other.md#part', '/2024/other/#part'],
    ['other.md?x=1&y#part', '/2024/other/?x=1&y#part'],
    ['./hello.md', '/posts/hello/'],
    ['spa%20ce.md', '/posts/spa-ce/'],
    ['../pages/about.markdown', '/%C3%BCber%20uns%3F/'],
    ['.//./other.md', '/2024/other/'],
  ])('%s -> %s', (raw, href) => {
    expect(resolve(raw)).toEqual({ href })
  })

  it('are decoded once only', () => {
    expect(resolve('spa%2520ce.md')).toMatchObject({ missing: expect.stringContaining('spa%20ce.md') as string })
  })

  it('get the base path', () => {
    expect(resolver('/blog/')('./other.md#x')).toEqual({ href: '/blog/2024/other/#x' })
  })

  it('find a file whose name has another Unicode form', () => {
    const nfd = createLinkResolver({ entries: [hello, at('posts/cafe\u0301.md', '/cafe/')], held: [], settings: { basePath: '/' }, findAsset: () => undefined })
    expect(nfd('caf%C3%A9.md', hello)).toEqual({ href: '/cafe/' })
  })

  it('say that their target is held back', () => {
    expect(resolve('./draft.md')).toEqual({ missing: '"./draft.md" leads to posts/draft.md, which is a draft and is not published', fix: 'publish it, or take the link out.' })
    expect(resolve('./later.md#x')).toMatchObject({ missing: expect.stringContaining('is scheduled for later') as string })
  })

  it('say that their target has no page', () => {
    expect(resolve('../notes/bare.md')).toMatchObject({ missing: expect.stringContaining('no page of its own') as string })
  })
})

describe('links to files', () => {
  it.each([
    ['pictures/map.png', '/posts/hello/pictures/map.png'],
    ['./pictures/map.png?v=1', '/posts/hello/pictures/map.png?v=1'],
    ['caf%C3%A9.png', '/posts/hello/caf%C3%A9.png'],
    ['shared.pdf', '/posts/shared.pdf'],
    ['../img/logo.svg', '/img/logo.svg'],
    ['/img/logo.svg', '/img/logo.svg'],
    ['readme.md', '/posts/readme.md'],
  ])('%s -> %s', (raw, href) => {
    expect(resolve(raw)).toEqual({ href })
  })

  it('stand beside a page that is a file itself', () => {
    const page = at('posts/map.md', '/maps/map.html', { assets: [{ name: 'map.png', file: '/x' }] })
    expect(resolver('/b/')('map.png', page)).toEqual({ href: '/b/maps/map.png' })
  })
})

describe('addresses of the site', () => {
  it.each([['/about/', '/blog/about/'], ['/about/?x#y', '/blog/about/?x#y'], ['/a%20b/', '/blog/a%20b/'], ['/missing.png', '/blog/missing.png']])('%s -> %s', (raw, href) => {
    expect(resolver('/blog/')(raw)).toEqual({ href })
  })
})

describe('broken links', () => {
  it.each([
    ['./othr.md', 'there is no posts/othr.md', 'did you mean "./other.md"?'],
    ['/posts/othr.md', 'there is no posts/othr.md', 'did you mean "/posts/other.md"?'],
    ['other.markdown', 'there is no posts/other.markdown', 'did you mean "./other.md"?'],
    ['about.markdown', 'there is no posts/about.markdown', 'did you mean "../pages/about.markdown"?'],
    ['pictures/mpa.png', 'there is no posts/pictures/mpa.png', 'did you mean "./pictures/map.png"?'],
    ['../img/logo.png', 'there is no img/logo.png', 'did you mean "../img/logo.svg"?'],
    ['entirely-different-name.md', 'there is no posts/entirely', 'correct the path'],
    ['../../../etc/passwd.md', 'leads out of the content folder', 'link to an address'],
    ['/../../etc/passwd', 'leads out of the content folder', 'link to an address'],
    ['%2e%2e/%2e%2e/x.md', 'leads out of the content folder', 'link to an address'],
  ])('%s', (raw, missing, fix) => {
    expect(resolve(raw)).toEqual({ missing: expect.stringContaining(missing) as string, fix: expect.stringContaining(fix) as string })
  })
})
