// The bucket as readers meet it, and a reader who follows every link.
import { Parser } from 'htmlparser2'
import type { Bucket } from './objects.ts'

export interface Served {
  readonly status: number
  readonly location?: string
  readonly type: string
  readonly text: string
}

/** As the website endpoint of S3 answers; `folder` is the site's key prefix. */
export function serve(bucket: Bucket, path: string, folder = ''): Served {
  const key = folder + decodeURIComponent(path.slice(1))
  const found = bucket.get(key === '' || key.endsWith('/') ? `${key}index.html` : key)
  if (found === undefined) {
    if (!key.endsWith('/') && bucket.get(`${key}/index.html`)) return { status: 302, location: `${path}/`, type: '', text: '' }
    return { status: 404, type: 'text/html', text: bucket.get(`${folder}404.html`)?.bytes.toString('utf8') ?? '' }
  }
  const location = found.headers['x-amz-website-redirect-location']
  const body = { type: found.headers['content-type'] ?? '', text: found.bytes.toString('utf8') }
  return location === undefined ? { status: 200, ...body } : { status: 301, location, ...body }
}

/** Addresses of all pages. */
export function pagesOf(bucket: Bucket, folder = ''): string[] {
  return bucket.keys().filter((key) => key.startsWith(folder) && key.endsWith('.html')).map((key) => `/${key.slice(folder.length)}`.split('/').map(encodeURIComponent).join('/').replace(/\/index\.html$/, '/'))
}

/** Internal links that lead to nothing: `/page/ -> /missing/`, for a reader who starts at some pages and follows every link. */
export function brokenLinks(bucket: Bucket, { folder = '', starts = ['/'] }: { readonly folder?: string; readonly starts?: readonly string[] } = {}): string[] {
  const seen = new Set(starts)
  const broken: string[] = []
  for (const page of seen) {
    const { status, type, text } = serve(bucket, page, folder)
    if (status >= 400) broken.push(`start -> ${page}`)
    if (!type.startsWith('text/html')) continue
    for (const target of linksOf(text, page)) {
      if (leads(bucket, target, folder)) seen.add(target)
      else broken.push(`${page} -> ${target}`)
    }
  }
  return broken.sort()
}

function leads(bucket: Bucket, path: string, folder: string): boolean {
  let at = path
  for (let hops = 0; hops < 5; hops++) {
    const { status, location } = serve(bucket, at, folder)
    if (status === 200) return true
    if (location === undefined) return false
    at = new URL(location, 'http://site.test').pathname
  }
  return false
}

function linksOf(html: string, page: string): string[] {
  const found = new Set<string>()
  const parser = new Parser({
    onopentag(_, attributes) {
      for (const value of [attributes['href'], attributes['src']]) {
        if (value === undefined || !URL.canParse(value, `http://site.test${page}`)) continue
        const url = new URL(value, `http://site.test${page}`)
        if (url.host === 'site.test') found.add(url.pathname)
      }
    },
  })
  parser.end(html)
  return [...found]
}
