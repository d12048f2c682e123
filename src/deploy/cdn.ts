// The CDN in front of the bucket: CloudFront, through the AWS SDK, which is loaded only here.
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Target } from '../core/deploy.ts'
import { storeError } from './s3-errors.ts'
import { loadCloudFront } from './sdk.ts'

export interface Cdn {
  /** The same reference twice is one invalidation. Waits until it is done if asked to. */
  invalidate(reference: string, paths: readonly string[], options: { readonly wait: boolean; readonly signal: AbortSignal }): Promise<void>
  /** Throws a `StoreError` if the distribution cannot be used. */
  check(): Promise<void>
}

const pollMs = 5_000
const quickPollMs = 200

/** `undefined`: the config names no distribution. */
export async function openCdn({ distribution, timeoutSeconds = 30 }: S3Target): Promise<Cdn | undefined> {
  if (distribution === undefined) return undefined
  const sdk = loadCloudFront()
  // CloudFront is in one region for all.
  const client = new sdk.CloudFrontClient({ region: 'us-east-1', maxAttempts: 6, requestHandler: { connectionTimeout: 5_000, requestTimeout: timeoutSeconds * 1000, throwOnRequestTimeout: true } })
  const waitUntilDone = async (Id: string | undefined, signal: AbortSignal): Promise<void> => {
    for (let waited = 0; !signal.aborted; waited++) {
      const { Invalidation } = await client.send(new sdk.GetInvalidationCommand({ DistributionId: distribution, Id }))
      if (Invalidation?.Status === 'Completed') return
      await sleep(waited < 5 ? quickPollMs : pollMs)
    }
  }
  return {
    async invalidate(reference, paths, { wait, signal }) {
      try {
        const { Invalidation } = await client.send(new sdk.CreateInvalidationCommand({ DistributionId: distribution, InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } } }))
        if (wait) await waitUntilDone(Invalidation?.Id, signal)
      } catch (error) {
        throw storeError(error, `CreateInvalidation for ${distribution}`)
      }
    },
    async check() {
      try {
        // The least that the policy allows: asking for one that does not exist.
        await client.send(new sdk.GetInvalidationCommand({ DistributionId: distribution, Id: 'NONE' }))
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchInvalidation') return
        throw storeError(error, `GetInvalidation of ${distribution}`)
      }
    },
  }
}
