// The pages of a plan: by file, in the order of the plan, and by kind.
import type { OutputPath, PageSpec } from './types.ts'

export interface Pages extends Pick<ReadonlyMap<OutputPath, PageSpec>, 'size' | 'has' | 'get' | 'keys' | 'values'> {
  /** The files of all that `of` gives. */
  filesOf(kind: PageSpec['kind']): readonly OutputPath[]
  /** All of one kind; of lists only the first pages. */
  of<Kind extends PageSpec['kind']>(kind: Kind): readonly Extract<PageSpec, { readonly kind: Kind }>[]
}

/** Of two that want the same file, the first. */
export function pagesOf(plan: readonly PageSpec[]): Pages {
  const byOutput = new Map<OutputPath, PageSpec>()
  for (const page of plan) if (!byOutput.has(page.output)) byOutput.set(page.output, page)
  const of = <Kind extends PageSpec['kind']>(kind: Kind): Extract<PageSpec, { readonly kind: Kind }>[] => plan.filter((page) => page.kind === kind && !isFurther(page)) as Extract<PageSpec, { readonly kind: Kind }>[]
  return Object.assign(byOutput, { of, filesOf: (kind: PageSpec['kind']) => of(kind).map(({ output }) => output) })
}

/** Whether it is a list's second page, or one after that. */
export function isFurther(page: PageSpec): boolean {
  return page.kind === 'list' && page.pager.number > 1
}
