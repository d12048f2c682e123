// The vocabulary of a deploy: what is here, what is there, and what is to be done. Values only.
import type { Digest } from '../util/hash.ts'

/** `page`: HTML. `entry-point`: what readers ask for first and that names others: home page, feeds, sitemaps. */
export type FileKind = 'page' | 'asset' | 'entry-point' | 'redirect'

/** Headers as sent, names in lower case, in order of name. `redirect` is `x-amz-website-redirect-location`. */
export type Headers = Readonly<Record<string, string>>

/** One file of the built site, with all that decides whether it must be sent. */
export interface LocalFile {
  /** In the bucket, with prefix, NFC. */
  readonly key: string
  /** In the output folder. */
  readonly path: string
  readonly sizeBytes: number
  /** SHA-256 of the bytes on disk, base64. */
  readonly sha256: string
  readonly content: Digest
  readonly kind: FileKind
  readonly isFingerprinted: boolean
  /** It is sent packed. */
  readonly isPacked: boolean
  readonly headers: Headers
  /** Of content and headers: equal records, equal objects. */
  readonly record: Digest
}

/** An object that a deploy put there. */
export interface RemoteFile {
  readonly content: Digest
  readonly headers: Headers
  readonly kind: FileKind
  readonly isFingerprinted: boolean
  readonly sizeBytes: number
  /** As the server told it, without quotes; never interpreted. */
  readonly etag: string
  /** Where the bucket keeps versions. */
  readonly version?: string
}

/** An object of ours that is not part of the site any more. */
export interface Tombstone extends RemoteFile {
  readonly since: string
  /** Number of the deploy that gave it up. */
  readonly deploy: number
  /** It may go now; else it stays for readers of old pages. */
  readonly isDue: boolean
}

/** Who deployed what; also of each deploy that can be gone back to. */
export interface DeployStamp {
  readonly id: string
  readonly at: string
  readonly commit?: string
  readonly branch?: string
  /** `GitHub Actions`, or user and machine. */
  readonly builder: string
}

export interface PendingInvalidation {
  readonly reference: string
  readonly paths: readonly string[]
}

/** What a deploy leaves in the bucket: the only thing that says what is ours. */
export interface DeployManifest {
  readonly deploy: DeployStamp
  /** Counts up with each. */
  readonly number: number
  readonly files: ReadonlyMap<string, RemoteFile>
  readonly tombstones: ReadonlyMap<string, Tombstone>
  readonly pendingInvalidation?: PendingInvalidation
  /** The newest first, this one included. */
  readonly history: readonly DeployStamp[]
}

export interface RemoteObject {
  readonly key: string
  readonly sizeBytes: number
  readonly etag: string
}

export interface UnfinishedUpload {
  readonly key: string
  readonly upload: string
}

/** All that a plan needs to know of the bucket. */
export interface RemoteState {
  readonly manifest?: DeployManifest
  /** Of the manifest. */
  readonly manifestEtag?: string
  readonly objects: ReadonlyMap<string, RemoteObject>
  /** Objects that unfinished deploys announced and sent, with the token that each carries. */
  readonly announced: ReadonlyMap<string, { readonly token: string; readonly version?: string }>
  /** Keys of their announcements. */
  readonly announcements: readonly string[]
  /** Large files that they began to send, whose parts may still be there. */
  readonly uploads: readonly UnfinishedUpload[]
  /** Keys of the records of deploys that can be gone back to. */
  readonly history: readonly string[]
}

export type ActionKind = 'create' | 'change' | 'headers' | 'redirect' | 'delete' | 'unchanged' | 'kept' | 'foreign'
export interface Action {
  readonly kind: ActionKind
  readonly key: string
  readonly reason: string
  readonly sizeBytes: number
  /** What is to be there. Absent: nothing. */
  readonly local?: LocalFile
  /** Nothing is there: so the request may insist on it. */
  readonly isNew?: boolean
  /** The object is not as the last deploy left it. */
  readonly isDrift?: boolean
  /** An unfinished deploy sent it, and told the CDN nothing. */
  readonly isResumed?: boolean
  /** The object is there and nothing says that it is ours. */
  readonly isAdopted?: boolean
}

export interface Plan {
  /** In order of key. */
  readonly actions: readonly Action[]
  readonly state: RemoteState
  /** Paths to be invalidated, those of an unfinished deploy among them; empty: none, or no distribution. */
  readonly invalidation: readonly string[]
}

/** Actions that send an object. */
export const sends = (kind: ActionKind): boolean => kind === 'create' || kind === 'change' || kind === 'headers' || kind === 'redirect'
