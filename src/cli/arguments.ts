// What was typed -> a command of the table with its flags and arguments. Runs nothing.
import { parseArgs } from 'node:util'
import type { Command, Flag, Flags } from './command.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail, SsgError } from '../core/diagnostic.ts'

export interface ParsedArguments {
  /** Absent: none was named. */
  readonly command?: Command
  readonly flags: Flags
  readonly args: readonly string[]
}

type OptionToken = Extract<NonNullable<ReturnType<typeof parseArgs>['tokens']>[number], { kind: 'option' }>

export const globalFlags: readonly Flag[] = [
  { name: 'root', value: 'DIR', summary: 'folder of the site; default: the current folder' },
  { name: 'json', summary: 'print one JSON object on stdout and nothing else there' },
  { name: 'verbose', short: 'v', summary: 'show every message; twice: stack traces too' },
  { name: 'quiet', short: 'q', summary: 'show errors only' },
  { name: 'help', short: 'h', summary: 'show help' },
  { name: 'version', summary: 'show the version' },
]

/** Throws an `SsgError` with everything that is wrong about the flags. */
export async function parseArguments(argv: readonly string[], commands: readonly Command[]): Promise<ParsedArguments> {
  const every = [...globalFlags, ...commands.flatMap(({ flags }) => flags)]
  const options = Object.fromEntries(every.map(({ name, short, value }) => [name, { type: value ? 'string' : 'boolean', multiple: true, ...(short && { short }) } as const]))
  const { tokens = [], positionals } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  const [name, ...args] = positionals
  const command = name === undefined ? undefined : await findCommand(name, commands)
  const allowed = [...globalFlags, ...(command?.flags ?? [])]
  const given = tokens.filter((token) => token.kind === 'option')
  const problems = (await Promise.all(given.map((token) => checkFlag(token, allowed, command)))).flat()
  if (problems.length > 0) throw new SsgError(problems)
  return { ...(command && { command }), flags: readFlags(given), args }
}

/** Throws if there are too few or too many. */
export function checkArgumentCount({ name, args: names = '', minArgs = 0, maxArgs = minArgs }: Command, args: readonly string[]): void {
  const fix = `write \`ssg ${name}${names && ` ${names}`}\`.`
  if (args.length < minArgs) throw fail('usage-argument', `\`ssg ${name}\` needs ${names}`, { fix })
  if (args.length > maxArgs) throw fail('usage-argument', `\`ssg ${name}\` takes no argument "${args[maxArgs] ?? ''}"`, { fix })
}

export async function findCommand(name: string, commands: readonly Command[]): Promise<Command> {
  const command = commands.find((known) => known.name === name)
  if (command) return command
  throw fail('usage-command', `there is no command "${name}"`, { fix: await adviceFor(name, commands.map((known) => known.name), '', 'run `ssg help` for the list.') })
}

async function checkFlag({ name, rawName, value, inlineValue }: OptionToken, allowed: readonly Flag[], command: Command | undefined): Promise<Diagnostic[]> {
  const problem = (message: string, fix: string): Diagnostic[] => [{ severity: 'error', code: 'usage-flag', message, fix }]
  const flag = allowed.find((known) => known.name === name)
  const help = `run \`ssg help${command ? ` ${command.name}` : ''}\` for the list.`
  if (flag === undefined) {
    const of = command ? `\`ssg ${command.name}\` has no flag ${rawName}` : `there is no flag ${rawName}`
    return problem(of, await adviceFor(name, allowed.map((known) => known.name), '--', help))
  }
  if (flag.value === undefined) return inlineValue ? problem(`${rawName} takes no value`, `write ${rawName} alone.`) : []
  const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('-'))
  return isMissing ? problem(`${rawName} needs a value`, `write ${rawName} ${flag.value}.`) : []
}

async function adviceFor(word: string, known: readonly string[], prefix: string, otherwise: string): Promise<string> {
  const { didYouMean } = await import('../util/nearest.ts')
  const meant = didYouMean(word, known)
  return meant === undefined ? otherwise : `did you mean ${prefix}${meant}?`
}

function readFlags(tokens: readonly OptionToken[]): Flags {
  return {
    text: (name) => tokens.findLast((token) => token.name === name)?.value,
    times: (name) => tokens.filter((token) => token.name === name).length,
  }
}
