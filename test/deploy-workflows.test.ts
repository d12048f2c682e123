// The workflows for CI: each is what its service takes, by the service's own parser; they store no keys, and deploy from one branch
// alone. Those of this repository are the printed ones.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import circleci from '@circleci/circleci-config-parser'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { workflowText } from '../src/deploy/workflows.ts'
import { projectRoot } from './support/cli.ts'

const target = { kind: 's3', bucket: 'blog', branch: 'trunk', region: 'eu-central-1' } as const

function gitHubErrors(content: string): string[] {
  return JSON.parse(execFileSync(process.execPath, ['--no-warnings', path.join(projectRoot, 'test/support/check-workflow.mjs')], { input: content, encoding: 'utf8' })) as string[]
}

function circleErrors(content: string): string {
  try {
    circleci.parseConfig(content)
    return ''
  } catch (error) {
    return String(error)
  }
}

interface Workflow { readonly jobs: Readonly<Record<string, { readonly if: string; readonly permissions: unknown; readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>> }

describe('GitHub Actions', () => {
  const text = workflowText('github', target)

  test('GitHub\'s own parser takes it, and would see mistakes', () => {
    expect(gitHubErrors(text)).toEqual([])
    expect(gitHubErrors(text.replace('runs-on', 'run-on'))).not.toEqual([])
    expect(gitHubErrors(text.replace('github.ref ==', 'nobody.ref =='))).not.toEqual([])
  })

  test('no key is stored; the deploy is from one branch, the plan from pull requests', () => {
    expect(text).not.toMatch(/secrets\.|AWS_SECRET|AWS_ACCESS/)
    const { jobs } = parse(text) as Workflow
    expect(jobs['deploy']?.if).toContain('refs/heads/trunk')
    for (const job of Object.values(jobs)) expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    const summary = jobs['plan']?.steps.at(-1)?.run
    expect(summary).toContain('$GITHUB_STEP_SUMMARY')
    // With what the guards say, and failing if they refuse.
    expect(summary).toMatch(/> plan\.txt 2>&1 && code=0 \|\| code=\$\?\n[^]*exit "\$code"/)
    expect(jobs['plan']?.steps.some(({ run = '' }) => run.includes('ssg deploy'))).toBe(false)
    expect(text).toContain('schedule:')
  })

  test('that of this repository', () => {
    const own = fs.readFileSync(path.join(projectRoot, '.github/workflows/site.yml'), 'utf8')
    expect(gitHubErrors(own)).toEqual([])
    expect(own).not.toMatch(/secrets\.|AWS_SECRET|AWS_ACCESS/)
  })
})

describe('CircleCI', () => {
  const text = workflowText('circleci', target)

  test('CircleCI\'s own parser takes it, and would see mistakes', () => {
    expect(circleErrors(text)).toBe('')
    expect(circleErrors(text.replace('docker:', 'dockr:'))).not.toBe('')
    expect(circleErrors(text.replace('      - run: npm ci --cache ~/.npm', '      - runs: npm ci'))).not.toBe('')
  })

  test('no key is stored; the deploy is from one branch', () => {
    expect(text).not.toMatch(/AWS_SECRET|AWS_ACCESS/)
    expect(text).toContain('only: trunk')
  })

  test('that of this repository', () => {
    expect(circleErrors(fs.readFileSync(path.join(projectRoot, '.circleci/config.yml'), 'utf8'))).toBe('')
  })
})
