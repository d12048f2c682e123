// What the server tells an open page. Types only: both sides use them.

export interface FrameLine {
  readonly number: number
  readonly text: string
  /** Where in the text the problem is; `from` counts from 0. */
  readonly mark?: { readonly from: number; readonly length: number }
}
export interface Problem {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: string
  readonly message: string
  /** `content/posts/a.md:3:7` */
  readonly place?: string
  readonly frame: readonly FrameLine[]
  /** Other places that have part in it, each with a note. */
  readonly related: readonly string[]
  readonly context?: string
  readonly fix?: string
}

/** Why readers will not see the page. */
export interface HeldState {
  readonly reason: 'draft' | 'scheduled'
  /** For people. */
  readonly until?: string
}

export type Message =
  /** The first of a connection: what is true now. `look`: of the bytes that the address gives; `isMissing`: they are those of the page for missing ones. */
  | { readonly kind: 'hello'; readonly look?: string | undefined; readonly isMissing: boolean; readonly assets: string; readonly problems: readonly Problem[]; readonly held?: HeldState | undefined }
  /** The bytes that the address gives are others now. `html`: these bytes, so that the page need not ask for them; absent: it must. */
  | { readonly kind: 'page'; readonly look: string; readonly html?: string | undefined; readonly isMissing: boolean; readonly held?: HeldState | undefined }
  /** The page is not part of the site any more. */
  | { readonly kind: 'gone'; readonly movedTo?: string | undefined }
  /** Styles, scripts, pictures are others now. `paths`: as a page addresses them; `assets`: stands for the state of all of them. */
  | { readonly kind: 'assets'; readonly paths: readonly string[]; readonly assets: string }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
