// Help texts, made from the table of commands; at most 80 columns wide.
import { findCommand, globalFlags } from './arguments.ts'
import type { Call, Command, Flag, Outcome } from './command.ts'

const width = 80

export async function runHelp({ commands, args: [name] }: Call): Promise<Outcome> {
  const text = name === undefined ? renderOverview(commands) : renderHelp(await findCommand(name, commands))
  return { text, json: { help: text }, diagnostics: [] }
}

export function renderOverview(commands: readonly Command[]): string {
  return [
    'ssg: a static site generator for posts from anywhere',
    section('Usage', ['  ssg COMMAND [ARGUMENTS] [FLAGS]']),
    section('Commands', columns(commands.map(({ name, args = '', summary }) => [`${name} ${args}`.trim(), summary]))),
    section('Flags', columns(globalFlags.map(flagRow))),
    section('Examples', columns([['ssg init my-blog', 'start a site'], ['ssg build', 'build it'], ['ssg help build', 'all about a command']])),
    section('Exit codes', columns(exitCodes)),
  ].join('\n\n')
}

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'an error in the content, the templates or the output'],
  ['2', 'wrong usage or configuration'],
  ['3', 'a source failed'],
  ['4', 'findings of `ssg check` or `--strict`'],
  ['130', 'interrupted; the output is valid'],
]

export function renderHelp({ name, summary, args = '', details, flags, examples }: Command): string {
  return [
    `ssg ${name}: ${summary}`,
    section('Usage', [`  ssg ${name}${args && ` ${args}`}${flags.length > 0 ? ' [FLAGS]' : ''}`]),
    wrap(details, width).join('\n'),
    ...(flags.length > 0 ? [section('Flags', columns(flags.map(flagRow)))] : []),
    section('Flags of every command', columns(globalFlags.map(flagRow))),
    section('Examples', columns(examples)),
  ].join('\n\n')
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines].join('\n')
}

function flagRow({ name, short, value, summary }: Flag): readonly [string, string] {
  return [`${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`, summary]
}

/** Two columns; a left cell that is too long gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const longest = 30
  const left = Math.max(...rows.map(([cell]) => cell.length).filter((length) => length <= longest), 0)
  const pad = ' '.repeat(left + 4)
  return rows.flatMap(([cell, text]) => {
    const lines = wrap(text, width - pad.length).map((line) => pad + line)
    return cell.length > left ? [`  ${cell}`, ...lines] : [`  ${cell.padEnd(left)}  ${lines[0]?.trimStart() ?? ''}`, ...lines.slice(1)]
  })
}

function wrap(text: string, columnsWide: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columnsWide) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
