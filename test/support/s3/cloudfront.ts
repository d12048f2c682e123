// The invalidations of a CloudFront distribution, for tests.
import type { S3Answer, S3Call } from './operations.ts'

export interface CloudFront {
  /** The only one there is. */
  readonly distribution: string
  /** One for each reference, in order. */
  readonly invalidations: Map<string, readonly string[]>
  answer(call: S3Call): S3Answer
}

export function createCloudFront(): CloudFront {
  const distribution = 'E1TESTDISTRIBUTION'.slice(0, 14)
  const invalidations = new Map<string, readonly string[]>()
  const body = (id: string): Buffer => Buffer.from(`<?xml version="1.0"?><Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>${id}</Id><Status>Completed</Status><CreateTime>2026-01-01T00:00:00Z</CreateTime></Invalidation>`)
  return {
    distribution, invalidations,
    answer({ operation, key, body: sent }) {
      const [, name = '', , id = ''] = key.split('/')
      if (name !== distribution) return { status: 404, code: 'NoSuchDistribution' }
      if (operation === 'CloudFrontGetInvalidation') return id === 'NONE' ? { status: 404, code: 'NoSuchInvalidation' } : { status: 200, body: body(id) }
      const text = sent.toString('utf8')
      const reference = /<CallerReference>([^<]*)/.exec(text)?.[1] ?? ''
      const paths = [...text.matchAll(/<Path>([^<]*)/g)].map(([, path = '']) => path.replaceAll('&amp;', '&'))
      invalidations.set(reference, paths)
      return { status: 201, body: body(`I${invalidations.size}`) }
    },
  }
}
