// What the config wants to happen after a deploy. A hook that fails is told and changes nothing: the site is live.
import { spawn } from 'node:child_process'
import type { AfterDeploy, DeployResult } from '../core/deploy.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { messageOf } from '../core/diagnostic.ts'
import { sendWebmentions } from './webmention.ts'

const limitMs = 120_000

/** One after the other, in order. */
export async function runAfterDeploy(hooks: readonly AfterDeploy[], result: DeployResult): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  for (const [index, hook] of hooks.entries()) {
    try {
      await withLimit(runHook(hook, result))
    } catch (error) {
      diagnostics.push({ severity: 'warning', code: 'deploy-hook', message: `the site is live, but ${nameOf(hook, index)} failed: ${messageOf(error)}` })
    }
  }
  return diagnostics
}

function nameOf(hook: AfterDeploy, index: number): string {
  if (typeof hook === 'string') return `the hook \`${hook}\``
  if (typeof hook === 'function') return `the hook ${hook.name === '' ? `after[${index}]` : hook.name}`
  return hook.hook === 'websub' ? `the ping to the hub ${hook.hub}` : 'sending webmentions'
}

async function runHook(hook: AfterDeploy, result: DeployResult): Promise<void> {
  if (typeof hook === 'function') return void await hook(result)
  if (typeof hook === 'string') return await runCommand(hook, result)
  if (hook.hook === 'websub') return await pingHub(hook.hub, result)
  return await sendWebmentions(result, hook)
}

/** What a hook does in two minutes counts; nobody waits longer. */
async function withLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`it took longer than ${limitMs / 1000} s`)), limitMs) })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** The site's own command. What the deploy found is never part of its text, but on its standard input. */
function runCommand(command: string, result: DeployResult): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'pipe'], timeout: limitMs, env: { ...process.env, SSG_DEPLOY_ID: result.id } })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-500) })
    // A command that does not read what it is given is not wrong.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') reject(error) })
    child.stdin.end(JSON.stringify(result))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`it ended with ${code}${said.trim() === '' ? '' : `: ${said.trim()}`}`))))
  })
}

/** One message for each feed that changed, as WebSub 0.4 and its forerunner have it. */
async function pingHub(hub: string, { feeds }: DeployResult): Promise<void> {
  for (const feed of feeds) {
    const response = await fetch(hub, { method: 'POST', body: new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': feed, 'hub.topic': feed }), signal: AbortSignal.timeout(30_000), redirect: 'error' })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`it answers ${response.status} for ${feed}`)
  }
}
