// References to what is not there, collected and told in one warning, or each as an error of its entry.
import type { Diagnostic, Location } from '../../core/diagnostic.ts'
import type { EntriesContext } from '../../core/types.ts'

export interface BrokenLink {
  /** Of the entry that refers. */
  readonly id: string
  /** What people call it. */
  readonly from: string
  readonly field: string
  readonly kind: string
  readonly target: string
  readonly at: Location
}

export interface BrokenLinks {
  add(link: BrokenLink): void
  /** Reports them. */
  tell(): void
}

const shownAtMost = 10
const reason = 'is a draft or was deleted'
const fix = 'publish it, or take the link out.'

export function createBrokenLinks(mode: 'warn' | 'error', ctx: Pick<EntriesContext, 'report'>): BrokenLinks {
  const links = new Map<string, BrokenLink>()
  return {
    add: (link) => void links.set(JSON.stringify([link.id, link.field, link.kind, link.target]), link),
    tell() {
      if (mode === 'error') for (const link of links.values()) ctx.report(errorOf(link), link.id)
      else if (links.size > 0) ctx.report(warningOf([...links.values()]))
    },
  }
}

function errorOf({ from, field, kind, target, at }: BrokenLink): Diagnostic {
  return { severity: 'error', code: 'reference-broken', message: `\`${field}\` of ${from} refers to ${kind.toLowerCase()} ${target}, which ${reason}`, at, fix }
}

function warningOf(links: readonly BrokenLink[]): Diagnostic {
  const [first] = links
  const isOne = links.length === 1 && first !== undefined
  return {
    severity: 'warning', code: 'reference-broken',
    message: isOne ? errorOf(first).message : `${links.length} references lead to entries or files that are drafts or were deleted${links.length > shownAtMost ? `; the first ${shownAtMost} are` : ''}`,
    ...(isOne && { at: first.at }),
    related: isOne ? [] : links.slice(0, shownAtMost).map(({ at, from, kind, target }) => ({ at, note: `${from} -> ${kind.toLowerCase()} ${target}` })), fix,
  }
}
