// Whether finished pages are right, by their facts alone, so that it can be asked in any thread. Telling whose fault it is is check.ts.
import type { Settings } from '../core/settings.ts'
import type { OutputPath } from '../core/types.ts'
import { checkLinks, type FactsOf, type Finding, type Outputs } from './check-links.ts'
import type { PageFacts } from './check-page.ts'

/** Plain values. */
export interface Verdict {
  readonly findings: readonly Finding[]
  /** Pages with leftovers, in the order of the facts. */
  readonly leftovers: readonly (readonly [OutputPath, PageFacts])[]
}

/** `facts`: of the pages to be judged, in the order of their outputs; `outputs`: every file that a link may lead to. */
export function judgePages(facts: ReadonlyMap<OutputPath, PageFacts>, outputs: Outputs, settings: Pick<Settings, 'origin' | 'basePath'>, factsOf?: FactsOf): Verdict {
  return { findings: checkLinks(facts, outputs, settings, factsOf), leftovers: [...facts].filter(([, { leftovers }]) => leftovers.length > 0) }
}
