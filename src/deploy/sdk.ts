// Loads the AWS SDK, and only when a deploy needs it.
import { createRequire } from 'node:module'

// `import` would take the edition of many modules, and 50 ms more.
const require = createRequire(import.meta.url)

/** Its warning about versions of Node is for who writes programs, not for who runs them. */
function hush(): void {
  const { env } = process
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}

export function loadS3(): typeof import('@aws-sdk/client-s3') {
  hush()
  return require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3')
}

export function loadCloudFront(): typeof import('@aws-sdk/client-cloudfront') {
  hush()
  return require('@aws-sdk/client-cloudfront') as typeof import('@aws-sdk/client-cloudfront')
}
