// Loads the AWS SDK, and only when a deploy needs it.

/** Its warning about versions of Node is for who writes programs, not for who runs them. */
function hush(): void {
  const { env } = process
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}

export async function loadS3(): Promise<typeof import('@aws-sdk/client-s3')> {
  hush()
  return await import('@aws-sdk/client-s3')
}

export async function loadCloudFront(): Promise<typeof import('@aws-sdk/client-cloudfront')> {
  hush()
  return await import('@aws-sdk/client-cloudfront')
}
