// Times of templates, for `ssg build --profile`: of each file, its blocks and its macros. Nunjucks goes on with the outer template
// inside of the inner one's callback, so an inner one has ended when its callback is called.
import nunjucks from 'nunjucks'
import { timed, type Profiler } from '../core/profiler.ts'
import type { CompiledHelpers } from './template-compiler.ts'

type Run = (...args: unknown[]) => unknown
const { makeMacro: makePlainMacro } = nunjucks.runtime as unknown as { makeMacro: (args: readonly string[], keywords: readonly string[], run: Run) => Run }

/** For the functions of a template: it and each of its blocks. */
export function beginPart(template: string, profiler: Profiler | undefined): CompiledHelpers['part'] {
  if (profiler === undefined) return (_key, done) => done
  return (key, done) => {
    const end = profiler.begin({ activity: 'templates', name: template, ...(key !== 'root' && { part: `block ${key.slice(2)}` }) })
    return (...results) => {
      end()
      return done(...results)
    }
  }
}

/** What makes the macros of a template. */
export function makeMacro(template: string, profiler: Profiler | undefined): CompiledHelpers['macro'] {
  if (profiler === undefined) return (_name, args, keywords, run) => makePlainMacro(args, keywords, run)
  return (name, args, keywords, run) => {
    const macro = makePlainMacro(args, keywords, run)
    return function (this: unknown, ...given) { return timed(profiler, { activity: 'templates', name: template, part: `macro ${name}` }, () => macro.apply(this, given)) }
  }
}
