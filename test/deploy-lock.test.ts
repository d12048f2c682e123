// The lock over time: it is renewed while a deploy runs, given up when it cannot be, and never removed when it is somebody else's.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { S3Target } from '../src/core/deploy.ts'
import { acquireLock, type DeployLock } from '../src/deploy/lock.ts'
import { openS3 } from '../src/deploy/s3.ts'
import { startS3, type S3Server } from './support/s3/server.ts'

const key = '.ssg/lock'
const target: S3Target = { kind: 's3', bucket: 'site', forcePathStyle: true }
let server: S3Server
beforeEach(async () => {
  server = await startS3()
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await server.close()
})

const acquire = async (token: string): Promise<DeployLock> => await acquireLock({ store: await openS3(target), key, token, who: token })
const puts = (): number => server.log.filter(({ operation, key: of, status }) => operation === 'PutObject' && of === key && status === 200).length

/** Until the next renewal; waits for its requests. */
async function passHalfMinute(): Promise<void> {
  const before = server.log.length
  await vi.advanceTimersByTimeAsync(30_000)
  await vi.waitFor(() => expect(server.log.length).toBeGreaterThan(before))
}

test('a deploy that takes longer than a lock lives keeps it', async () => {
  const lock = await acquire('first')
  expect(puts()).toBe(1)
  for (let times = 2; times <= 7; times++) {
    await passHalfMinute()
    await vi.waitFor(() => expect(puts()).toBe(times))
  }
  // Three minutes have gone by.
  lock.assertHeld()
  await expect(acquire('second')).rejects.toThrow('another deploy is running: first')
  await lock.release()
  expect(server.bucket.keys()).toEqual([])
  await vi.advanceTimersByTimeAsync(90_000)
  expect(puts()).toBe(7)
})

test('somebody else took it over: the deploy is told, and his lock stays', async () => {
  const lock = await acquire('first')
  server.bucket.put(key, Buffer.from('{"who":"other","token":"x"}'), {})
  await passHalfMinute()
  await vi.waitFor(() => expect(() => lock.assertHeld()).toThrow('another deploy took over'))
  await lock.release()
  expect(server.bucket.get(key)?.bytes.toString()).toContain('other')
})

test('a renewal that fails is tried again; after two minutes without one the lock counts as lost', async () => {
  const lock = await acquire('first')
  server.faults.push({ on: ({ operation }) => operation === 'PutObject', act: { status: 403, code: 'AccessDenied' } })
  for (let times = 0; times < 4; times++) await passHalfMinute()
  lock.assertHeld()
  await passHalfMinute()
  await vi.waitFor(() => expect(() => lock.assertHeld()).toThrow('could not be renewed'))
})

test('a renewal that failed once does no harm', async () => {
  const lock = await acquire('first')
  server.faults.push({ on: ({ operation }) => operation === 'PutObject', times: 1, act: { status: 403, code: 'AccessDenied' } })
  for (let times = 0; times < 6; times++) await passHalfMinute()
  lock.assertHeld()
  await lock.release()
  expect(server.bucket.keys()).toEqual([])
})
