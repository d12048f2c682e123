// What a deploy refuses, before it sends anything that changes something: each guard, and the flag that overrules it. And what it
// prints for others to use.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import type { TestPolicy } from './support/s3/policy.ts'
import { startS3, type S3Server } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'

let server: S3Server
beforeEach(async () => { server = await startS3({ keepsVersions: true }) })
afterEach(() => server.close())
afterAll(removeTempFolders)

async function expectRefused(site: DeploySite, args: readonly string[], message: string | RegExp, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const before = server.writes().length
  const { code, stderr } = await site.run(['deploy', ...args], { env })
  expect([code, stderr]).toEqual([5, typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)])
  expect(server.writes().length).toBe(before)
}

describe('output that is not for readers', () => {
  test.each([['--drafts', 'was built with --drafts'], ['--future', 'was built with --future'], ['--at 2026-06-01', 'was built with --at'], ['--base-url https://staging.example/', 'was built with --base-url']])('%s', async (flags, message) => {
    const site = makeSite(server)
    const [flag = '', ...value] = flags.split(' ')
    await site.build(flag, ...value)
    await expectRefused(site, [], `error[deploy-marked] the site in public ${message}`)
    await site.deploy(flag.replace('--', '--allow-'))
    await site.build()
    await site.deploy()
    expectDeployed(server, site)
  })

  test('what is marked by something else', async () => {
    const site = makeSite(server)
    await site.build()
    const file = path.join(site.root, 'public/.ssg-files.json')
    const list = JSON.parse(fs.readFileSync(file, 'utf8')) as { facts: { marks: string[] } }
    for (const [mark, message] of [['serve', 'was written by `ssg serve`'], ['preview', 'is a preview'], ['only', 'is a part of the site'], ['other', 'is marked "other"']] as const) {
      list.facts.marks = [mark]
      fs.writeFileSync(file, JSON.stringify(list))
      await expectRefused(site, [], message)
    }
    for (const mark of ['preview', 'serve', 'only']) {
      list.facts.marks = [mark]
      fs.writeFileSync(file, JSON.stringify(list))
      await site.deploy(`--allow-${mark}`)
    }
  })

  test('no build, an unfinished one, one of an older version, and a file that is gone', async () => {
    const site = makeSite(server)
    await expectRefused(site, [], 'error[deploy-output] public holds no built site')
    await site.build()
    fs.writeFileSync(path.join(site.root, 'public/.ssg-unfinished'), '')
    await expectRefused(site, [], 'error[deploy-output] the last build did not finish writing public')
    await site.build()
    fs.unlinkSync(path.join(site.root, 'public/feed.xml'))
    await expectRefused(site, [], 'error[deploy-output] public/feed.xml is not there any more')
    fs.writeFileSync(path.join(site.root, 'public/.ssg-files.json'), '{"version":1,"files":["index.html"]}')
    await expectRefused(site, [], 'does not say how the site was built')
    fs.writeFileSync(path.join(site.root, 'public/.ssg-files.json'), JSON.stringify({ version: 1, files: ['../site.config.mjs', '/etc/passwd', 'a/../../b'], facts: { marks: [], redirects: {}, feeds: [], maps: [], brokenLinks: [] } }))
    await expectRefused(site, [], 'public/../site.config.mjs is not a path in that folder')
  })
})

describe('content', () => {
  test('no home page, and no file at all', async () => {
    const site = makeSite(server)
    await site.build()
    const file = path.join(site.root, 'public/.ssg-files.json')
    const list = JSON.parse(fs.readFileSync(file, 'utf8')) as { files: string[] }
    fs.writeFileSync(file, JSON.stringify({ ...list, files: list.files.filter((name) => name !== 'index.html') }))
    await expectRefused(site, [], 'error[deploy-empty] the site in public has no home page')
    fs.writeFileSync(file, JSON.stringify({ ...list, files: [] }))
    await expectRefused(site, [], 'error[deploy-empty] there is no file in public')
    await expectRefused(site, ['--allow-branch', '--allow-older'], 'error[deploy-empty]')
    fs.writeFileSync(file, JSON.stringify(list))
    await site.deploy()
    fs.writeFileSync(file, JSON.stringify({ ...list, files: [] }))
    await site.deploy('--allow-empty', '--max-deletes', '100')
    expect(server.bucket.keys().filter((key) => !key.startsWith('.ssg/'))).toEqual([])
  })

  test('broken links', async () => {
    const site = makeSite(server, { ...smallSite, 'content/lost.md': '---\ntitle: Lost\n---\n\n[To nowhere](/nowhere/).\n' })
    await site.build()
    await expectRefused(site, [], /error\[deploy-links\] the built site has links that lead to nothing: .*\/nowhere\//)
    await site.deploy('--allow-broken-links')
  })

  test('keys that are too long, that collide, or that lie among our records', async () => {
    const site = makeSite(server, smallSite, { prefix: 'p'.repeat(1010) })
    await site.build()
    await expectRefused(site, [], /error\[deploy-key\] the key of posts\/one\/index\.html has 10\d\d bytes, and S3 takes 1024/)
    site.configure({})
    const file = path.join(site.root, 'public/.ssg-files.json')
    const list = JSON.parse(fs.readFileSync(file, 'utf8')) as { files: string[] }
    for (const name of ['ü.txt', 'u\u0308.txt']) fs.writeFileSync(path.join(site.root, 'public', name), name)
    fs.writeFileSync(file, JSON.stringify({ ...list, files: [...list.files, 'ü.txt', 'u\u0308.txt'] }))
    await expectRefused(site, [], 'have the same key, ü.txt')
    site.configure({ stateKey: 'posts/' })
    fs.writeFileSync(file, JSON.stringify(list))
    await expectRefused(site, [], 'error[deploy-key] posts/2026/index.html would lie among the deploy\'s own records in posts/')
  })
})

describe('the commit', () => {
  const gitEnv = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.org', GIT_CONFIG_GLOBAL: '/dev/null' }
  const git = (site: DeploySite, ...args: string[]): string => execFileSync('git', args, { cwd: site.root, env: { ...process.env, ...gitEnv }, encoding: 'utf8' }).trim()
  function commit(site: DeploySite, text: string): string {
    site.write({ 'content/about.md': `---\ntitle: About\n---\n\n${text}\n` })
    git(site, 'add', 'content')
    git(site, 'commit', '-q', '-m', text)
    return git(site, 'rev-parse', 'HEAD')
  }

  test('another branch, no branch, and the right one', async () => {
    const site = makeSite(server, smallSite, { branch: 'main' })
    git(site, 'init', '-q', '-b', 'feature')
    const first = commit(site, 'First.')
    await site.build()
    await expectRefused(site, [], 'error[deploy-commit] this is the branch feature, and only main is deployed')
    git(site, 'checkout', '-q', '--detach')
    await expectRefused(site, [], 'no branch is checked out here, and only main is deployed')
    git(site, 'checkout', '-q', '-b', 'main')
    await site.deploy()
    expect(JSON.parse(server.bucket.get('.ssg/manifest.json')?.bytes.toString() ?? '')).toMatchObject({ deploy: { commit: first, branch: 'main' } })
  })

  test('`ssg doctor` refuses the branch as a deploy does', async () => {
    const site = makeSite(server, smallSite, { branch: 'main' })
    await site.build()
    const expectMissing = async (row: RegExp, message: string): Promise<void> => {
      expect(await site.run(['doctor'])).toMatchObject({ code: 5, stdout: expect.stringMatching(row) as string, stderr: expect.stringContaining(`error[deploy-commit] ${message}, and only main is deployed\n  fix: check out main`) as string })
      await expectRefused(site, [], `error[deploy-commit] ${message}`)
    }
    await expectMissing(/^MISSING +commit +not a git repository, by /m, 'this is not a git repository')
    git(site, 'init', '-q', '-b', 'feature')
    const first = commit(site, 'First.')
    await expectMissing(new RegExp(`^MISSING +commit +${first.slice(0, 10)} on branch feature, by `, 'm'), 'this is the branch feature')
    git(site, 'checkout', '-q', '-b', 'main')
    expect(await site.run(['doctor'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok +commit +\w{10} on branch main, by /m) as string })
  })

  test('files that are not in the commit are told of, those of the build apart', async () => {
    const site = makeSite(server)
    git(site, 'init', '-q', '-b', 'main')
    git(site, 'add', '.')
    const first = commit(site, 'First.')
    await site.build()
    expect((await site.run(['plan'])).stderr).not.toContain('differ')
    site.write({ 'content/about.md': '---\ntitle: About\n---\n\nNot committed.\n', 'content/new.md': '---\ntitle: New\n---\n\nNot even added.\n' })
    await site.build()
    expect((await site.deploy()).stderr).toContain(`note[deploy-unsure] 2 files here differ from commit ${first.slice(0, 10)}, under whose name this site is deployed\n  fix: commit and build first`)
    expect((await site.run(['plan'], { env: { GITHUB_ACTIONS: 'true', GITHUB_SHA: first, GITHUB_REF: 'refs/heads/main' } })).stderr).not.toContain('differ')
  })

  test('an older commit than the live one', async () => {
    const site = makeSite(server)
    git(site, 'init', '-q', '-b', 'main')
    const old = commit(site, 'Old.')
    commit(site, 'New.')
    await site.build()
    await site.deploy()
    git(site, 'checkout', '-q', old)
    await site.build()
    await expectRefused(site, [], `error[deploy-commit] commit ${old.slice(0, 10)} is older than what is live`)
    await site.deploy('--allow-older')
    expectDeployed(server, site)
  })

  test('a commit whose relation cannot be told is told', async () => {
    const site = makeSite(server)
    git(site, 'init', '-q', '-b', 'main')
    commit(site, 'First.')
    await site.build()
    await site.deploy()
    const other = makeSite(server)
    git(other, 'init', '-q', '-b', 'main')
    commit(other, 'Of another history.')
    await other.build()
    expect((await other.deploy()).stderr).toContain('note[deploy-unsure] whether')
  })

  const sha = 'a'.repeat(40)
  test.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
    ['GitHub, the branch', { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: sha, GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '7' }, undefined],
    ['GitHub, a pull request', { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/pull/1/merge', GITHUB_SHA: sha }, 'no branch is checked out here'],
    ['GitHub, a tag', { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/main', GITHUB_SHA: sha }, 'this is a build of the tag main'],
    ['CircleCI, the branch', { CIRCLECI: 'true', CIRCLE_BRANCH: 'main', CIRCLE_SHA1: sha }, undefined],
    ['CircleCI, a tag', { CIRCLECI: 'true', CIRCLE_TAG: 'v1', CIRCLE_SHA1: sha }, 'this is a build of the tag v1'],
  ])('%s', async (_, env, refusal) => {
    const site = makeSite(server, smallSite, { branch: 'main' })
    await site.build()
    if (refusal !== undefined) {
      await expectRefused(site, [], refusal, env)
      expect(await site.run(['deploy', refusal.includes('tag') ? '--allow-tag' : '--allow-branch'], { env })).toMatchObject({ code: 0 })
      return expectDeployed(server, site)
    }
    expect(await site.run(['deploy'], { env })).toMatchObject({ code: 0 })
    expect(JSON.parse(server.bucket.get('.ssg/manifest.json')?.bytes.toString() ?? '')).toMatchObject({ deploy: { commit: sha, branch: 'main' } })
  })
})

describe('rollback', () => {
  async function twoDeploys(): Promise<{ site: DeploySite; first: Map<string, Buffer> }> {
    const site = makeSite(server)
    await site.build()
    await site.deploy()
    const first = site.output()
    site.remove('content/posts/one.md')
    site.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nA mistake.\n', 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n' })
    await site.build()
    await site.deploy()
    return { site, first }
  }

  test('the site of the deploy before, then forward again', async () => {
    const { site, first } = await twoDeploys()
    const dry = await site.run(['rollback', '--dry-run'])
    expect(dry.stdout).toMatch(/create {2,}posts\/one\/index\.html/)
    const listed = await site.run(['rollback', '--list', '--json'])
    expect((JSON.parse(listed.stdout) as { deploys: unknown[] }).deploys).toHaveLength(2)
    expect(await site.run(['rollback'])).toMatchObject({ code: 0, stdout: expect.stringContaining('went back to') as string })
    for (const [name, bytes] of first) expect(server.bucket.get(name)?.bytes.equals(bytes), name).toBe(true)
    expect(server.bucket.get('posts/three/index.html')).toBeUndefined()
    await site.deploy()
    expectDeployed(server, site)
  })

  test('says so where versions are not kept, and changes nothing', async () => {
    const { site } = await twoDeploys()
    for (const list of server.bucket.versions.values()) list.splice(0, list.length - 1)
    const before = server.writes().length
    const { code, stderr } = await site.run(['rollback'])
    expect([code, stderr]).toEqual([5, expect.stringMatching(/error\[rollback-missing\] \d+ objects of deploy \S+ are not kept: .*\n {2}fix: turn on versioning/)])
    expect(server.writes().length).toBe(before)
  })

  test('there is nothing to go back to', async () => {
    const site = makeSite(server)
    expect(await site.run(['rollback'])).toMatchObject({ code: 5, stderr: expect.stringContaining('nothing was ever deployed here') as string })
    await site.build()
    await site.deploy()
    expect(await site.run(['rollback'])).toMatchObject({ code: 5, stderr: expect.stringContaining('there is only one deploy') as string })
    expect(await site.run(['rollback', 'nope'])).toMatchObject({ code: 5, stderr: expect.stringContaining('there is no earlier deploy "nope"') as string })
  })

  test('only five deploys are remembered', async () => {
    const site = makeSite(server)
    for (let i = 0; i < 7; i++) {
      site.write({ 'content/about.md': `---\ntitle: About\n---\n\nNumber ${i}.\n` })
      await site.build()
      await site.deploy()
    }
    expect(server.bucket.keys().filter((key) => key.startsWith('.ssg/history/'))).toHaveLength(5)
  })
})

describe('P12: the printed policy is enough, and each action is needed', () => {
  const everything = { prefix: 'blog', distribution: 'E1TESTDISTRIBU', expectedOwner: '123456789012', acl: 'private' }

  async function printedPolicy(site: DeploySite, ...args: string[]): Promise<TestPolicy> {
    const { stdout } = await site.run(['deploy', '--print-iam', ...args])
    return JSON.parse(stdout) as TestPolicy
  }

  /** All that the program does: a first deploy with a large file that fails once, a change with deletes, a rollback, doctor. */
  async function live(site: DeploySite): Promise<number[]> {
    const codes: number[] = []
    const run = async (...args: string[]): Promise<void> => void codes.push((await site.run(args)).code ?? -1)
    server.faults.push({ on: ({ operation }) => operation === 'CompleteMultipartUpload', times: 1, act: { status: 403, code: 'Forbidden' } })
    const uploads = (): number => server.log.filter(({ operation, status }) => operation === 'AbortMultipartUpload' && status === 204).length
    await site.run(['deploy'])
    codes.push(uploads() === 1 ? 0 : 1)
    server.faults.length = 0
    await run('deploy', '--wait')
    site.write({ 'content/about.md': '---\ntitle: About\n---\n\nAnew.\n' })
    site.remove('content/posts/one.md')
    site.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nAlone.\n' })
    await site.build()
    await run('deploy')
    await run('rollback')
    await run('doctor')
    return codes
  }

  test('enough', async () => {
    const site = makeSite(server, { ...smallSite, 'static/large.bin': Buffer.alloc(17 << 20, 'big') }, everything)
    await site.build()
    server.policy = await printedPolicy(site)
    expect(await live(site)).toEqual([0, 0, 0, 0, 0])
  }, 120_000)

  test('each action is needed', async () => {
    const model = makeSite(server, { ...smallSite, 'static/large.bin': Buffer.alloc(17 << 20, 'big') }, everything)
    await model.build()
    const policy = await printedPolicy(model)
    const actions = policy.Statement.flatMap(({ Action }) => Action)
    expect(actions).toEqual(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:PutObjectAcl', 's3:GetObjectVersion', 'cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'])
    for (const action of actions) {
      await server.close()
      server = await startS3({ keepsVersions: true })
      const site = makeSite(server, {}, everything)
      for (const name of ['content', 'static', 'public']) fs.cpSync(path.join(model.root, name), path.join(site.root, name), { recursive: true })
      server.policy = { Statement: policy.Statement.map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) })) }
      expect((await live(site)).some((code) => code !== 0), action).toBe(true)
    }
  }, 240_000)

  test('for reading: `ssg plan` works, and a deploy does not', async () => {
    const site = makeSite(server, smallSite, everything)
    await site.build()
    await site.deploy()
    server.policy = await printedPolicy(site, '--read-only')
    site.write({ 'content/about.md': '---\ntitle: About\n---\n\nAnew.\n' })
    await site.build()
    expect(await site.run(['plan'])).toMatchObject({ code: 0 })
    expect(await site.run(['deploy'])).toMatchObject({ code: 2, stderr: expect.stringContaining('error[deploy-access]') as string })
  })

  test('nothing outside of the prefix', async () => {
    const policy = await printedPolicy(makeSite(server, smallSite, everything))
    expect(JSON.stringify(policy)).not.toContain('site/*')
    expect(policy.Statement.flatMap(({ Resource }) => Resource)).toContain('arn:aws:cloudfront::123456789012:distribution/E1TESTDISTRIBU')
  })
})

describe('what is printed for others', () => {
  interface TrustPolicy { readonly Statement: readonly { readonly Principal: unknown; readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>> }[] }

  async function printedTrust(site: DeploySite, ...args: readonly string[]): Promise<TrustPolicy['Statement'][number]> {
    const { stdout } = await site.run(['deploy', '--print-oidc', ...args])
    const [statement] = (JSON.parse(stdout) as TrustPolicy).Statement
    if (statement === undefined) throw new Error('no statement')
    return statement
  }

  test('the trust policy for GitHub names one repository and one branch', async () => {
    const site = makeSite(server, smallSite, { expectedOwner: '123456789012', branch: 'trunk' })
    const issuer = 'token.actions.githubusercontent.com'
    expect(await printedTrust(site, 'me/blog')).toMatchObject({
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: 'repo:me/blog:ref:refs/heads/trunk' } },
    })
    expect((await printedTrust(site, 'me/blog', '--read-only')).Condition['StringEquals']).toMatchObject({ [`${issuer}:sub`]: 'repo:me/blog:pull_request' })
    expect((await printedTrust(site, 'me@12/blog@34')).Condition['StringEquals']).toMatchObject({ [`${issuer}:sub`]: 'repo:me@12/blog@34:ref:refs/heads/trunk' })
    expect((await site.run(['deploy', '--print-oidc', 'me/blog'])).stderr).toMatch(/note\[deploy-unsure\] tokens of GitHub name a repository .* with its numbers[^]*fix: ask `gh api repos\/me\/blog\//)
    expect((await site.run(['deploy', '--print-oidc', 'me@12/blog@34'])).stderr).toBe('')
    for (const name of ['me', 'me/*', 'me@12/blog', 'me@x/blog@y']) expect(await site.run(['deploy', '--print-oidc', name]), name).toMatchObject({ code: 2 })
    site.configure({})
    expect(await site.run(['deploy', '--print-oidc', 'me/blog'])).toMatchObject({ code: 2, stderr: expect.stringContaining('expectedOwner') as string })
  })

  test('the trust policy for CircleCI names organization, project, repository and branch, and no branch can be named so as to fit', async () => {
    const site = makeSite(server, smallSite, { expectedOwner: '123456789012', branch: 'trunk' })
    const [organization, project, user] = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-000000000000', 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee']
    const name = `circleci:${organization}/${project}/github.com/me/blog`
    const issuer = `oidc.circleci.com/org/${organization}`
    const { Principal, Condition } = await printedTrust(site, name)
    expect(Principal).toEqual({ Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` })
    expect(Condition['StringEquals']).toEqual({ [`${issuer}:aud`]: organization, [`${issuer}:oidc.circleci.com/project-id`]: project })
    const fits = (pattern: string, subject: string): boolean => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(subject)
    const subject = (origin: string, ref: string): string => `org/${organization}/project/${project}/user/${user}/vcs-origin/${origin}/vcs-ref/${ref}`
    const pattern = Condition['StringLike']?.[`${issuer}:sub`] ?? ''
    expect(fits(pattern, subject('github.com/me/blog', 'refs/heads/trunk'))).toBe(true)
    for (const [origin, ref] of [['github.com/me/blog', 'refs/heads/other'], ['github.com/fork/blog', 'refs/heads/trunk'], ['github.com/me/blog', 'refs/heads/x/vcs-ref/refs/heads/trunk'], ['github.com/me/blog', 'refs/heads/x/vcs-origin/github.com/me/blog/vcs-ref/refs/heads/trunk'], ['github.com/me/blog', 'refs/tags/trunk']] as const) expect(fits(pattern, subject(origin, ref)), ref).toBe(false)
    const reading = (await printedTrust(site, name, '--read-only')).Condition['StringLike']?.[`${issuer}:sub`] ?? ''
    expect([fits(reading, subject('github.com/me/blog', 'refs/heads/other')), fits(reading, subject('github.com/fork/blog', 'refs/heads/other'))]).toEqual([true, false])
    for (const wrong of [`circleci:${organization}/${project}`, `circleci:${organization}/${project}/github.com/me/*`, 'circleci:me/blog/github.com/me/blog']) expect(await site.run(['deploy', '--print-oidc', wrong]), wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('circleci:ORGANIZATION-ID/PROJECT-ID/github.com/OWNER/NAME') as string })
  })

  interface EdgeRequest { readonly uri: string; readonly statusCode?: number; readonly headers?: { readonly location: { readonly value: string } } }

  test('the CloudFront function: index documents, slashes, real redirects', async () => {
    const site = makeSite(server)
    await site.build()
    const { stdout } = await site.run(['deploy', '--emit-cloudfront-function'])
    const handle = (uri: string, querystring: Readonly<Record<string, unknown>> = {}): EdgeRequest => vm.runInNewContext(`${stdout}\nhandler({ request: ${JSON.stringify({ uri, querystring, headers: {} })} })`) as EdgeRequest
    expect(handle('/').uri).toBe('/index.html')
    expect(handle('/posts/one/').uri).toBe('/posts/one/index.html')
    expect(handle('/feed.xml').uri).toBe('/feed.xml')
    expect(handle('/posts/one', { a: { value: '1' }, b: { value: '', multiValue: [{ value: '2' }, { value: '3' }] } })).toMatchObject({ statusCode: 301, headers: { location: { value: '/posts/one/?a=1&b=2&b=3' } } })
    for (const uri of ['/old-one', '/old-one/', '/old-one/index.html']) expect(handle(uri)).toMatchObject({ statusCode: 301, headers: { location: { value: '/posts/one/' } } })
    expect(handle('/%')).toMatchObject({ statusCode: 301 })
    expect(handle('//evil/x')).toMatchObject({ headers: { location: { value: '/evil/x/' } } })
    expect(handle('/__proto__/').uri).toBe('/__proto__/index.html')
  })
})

test('a config without `deploy`, and one with mistakes', async () => {
  const site = makeSite(server)
  site.write({ 'site.config.mjs': 'export default { title: \'Test\', url: \'https://blog.example\' }\n' })
  expect(await site.run(['deploy'])).toMatchObject({ code: 2, stderr: expect.stringContaining('error[deploy-target] site.config.mjs does not say where the site goes') as string })
  site.configure({ secretAccessKey: 'x' })
  expect(await site.run(['deploy'])).toMatchObject({ code: 2, stderr: expect.stringContaining('credentials do not belong into site.config') as string })
  site.configure({ bucket: 's3://mine/', prefx: 'blog', headers: { '**': { 'x-evil': '1', 'cache-control': 'a\nb' } } })
  const { stderr } = await site.run(['deploy'])
  for (const part of ['`deploy.bucket` must be the name of a bucket', '`deploy.prefx` is not a setting', '"x-evil" cannot be a name', 'printable ASCII']) expect(stderr).toContain(part)
})
