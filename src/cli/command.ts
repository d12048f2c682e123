// What a command is: its entry in the table of commands.ts, what it is run with and what it comes back with.
import type { Diagnostic, SsgError } from '../core/diagnostic.ts'

export interface Flag {
  readonly name: string
  readonly short?: string
  /** What the help calls its value; absent: the flag takes none. */
  readonly value?: string
  readonly summary: string
}

export interface Flags {
  text(name: string): string | undefined
  /** How often it was given. */
  times(name: string): number
}

/** How far a long run is. */
export interface ProgressEvent {
  readonly phase: string
  readonly done: number
  readonly total: number
  /** What it waits for. */
  readonly detail?: string
  /** Of all phases together; with them, rate and time left are shown. */
  readonly doneBytes?: number
  readonly totalBytes?: number
  /** Worth a line of its own where there is no terminal, when the phase begins. */
  readonly isMilestone?: boolean
}

/** What a command is run with. */
export interface Call {
  /** All there are. */
  readonly commands: readonly Command[]
  /** Absolute path of the site's folder. */
  readonly root: string
  readonly args: readonly string[]
  readonly flags: Flags
  readonly signal: AbortSignal
  readonly onProgress: (event: ProgressEvent) => void
  /** For a command that goes on when code of the site throws an error that nothing catches: it is told, and does not end the program. */
  onSiteFault(listener: (fault: SsgError) => void): void
}

/** What a command comes back with. Errors are thrown. */
export interface Outcome {
  /** For stdout. */
  readonly text: string
  /** For `--json`, beside what every object has. */
  readonly json: Readonly<Record<string, unknown>>
  readonly diagnostics: readonly Diagnostic[]
  /** 4 if there were findings. Default: what the diagnostics say. */
  readonly exitCode?: number
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** As the help shows them: `COLLECTION "TITLE"`. */
  readonly args?: string
  readonly minArgs?: number
  /** Default: `minArgs`. */
  readonly maxArgs?: number
  readonly details: string
  readonly flags: readonly Flag[]
  readonly examples: readonly (readonly [command: string, what: string])[]
  run(call: Call): Promise<Outcome>
}
