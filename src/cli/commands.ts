// The one table of commands: what each is called, takes and does. Parsing (arguments.ts) and help (help.ts) follow it. Loads
// nothing: each command imports what it needs when it runs.
import type { Command, Flag } from './command.ts'

const out: Flag = { name: 'out', value: 'DIR', summary: 'output folder, in place of the configured one' }
const drafts: Flag = { name: 'drafts', summary: 'publish drafts too' }
const future: Flag = { name: 'future', summary: 'publish entries whose date has not come' }
const at: Flag = { name: 'at', value: 'TIME', summary: 'act as if it were this time: 2024-05-12 or 2024-05-12T09:30:00+02:00; default: SOURCE_DATE_EPOCH, else now' }
const baseUrl: Flag = { name: 'base-url', value: 'URL', summary: 'public address of the site, in place of the configured one' }

export const commands: readonly Command[] = [
  {
    name: 'build',
    summary: 'build the site',
    details: 'Reads all sources and writes the site into the output folder. Only files that differ are written; files of earlier builds that are not part of the site any more are removed; files of others are never touched. If there is an error, the output stays as it was.',
    flags: [
      out, drafts, future,
      { name: 'strict', summary: 'let warnings fail: exit code 4' },
      at, baseUrl,
      { name: 'no-cache', summary: 'forget what earlier runs left in .ssg/' },
      { name: 'profile', summary: 'say where the time went, and draw it in .ssg/profile.html' },
      { name: 'verify', summary: 'also build clean beside it, and prove that both are equal' },
    ],
    examples: [
      ['ssg build', 'build into public/'],
      ['ssg build --drafts --future', 'with everything that is held back'],
      ['ssg build --out /tmp/preview --base-url http://localhost:8080/', 'for another place'],
    ],
    run: async (call) => (await import('./build.ts')).runBuild(call),
  },
  {
    name: 'check',
    summary: 'build without writing and report every finding',
    details: 'Makes every page in memory and checks links, anchors, feeds, titles and the rest. Any warning is a finding; the exit code is 4 if there is one.',
    flags: [drafts, future, at, baseUrl],
    examples: [['ssg check', 'check what readers would see'], ['ssg check --drafts --json', 'drafts too, for a program']],
    run: async (call) => (await import('./inspect.ts')).runCheck(call),
  },
  {
    name: 'list',
    summary: 'list entries with their state and its reason',
    details: 'Without flags: every entry. Several flags narrow the list down together.',
    flags: [
      { name: 'held', summary: 'only entries that are held back, with the reason' },
      { name: 'tag', value: 'TAG', summary: 'only entries with this term, in any taxonomy' },
      { name: 'collection', value: 'NAME', summary: 'only entries of this collection' },
      { name: 'source', value: 'NAME', summary: 'only entries of this source' },
      at,
    ],
    examples: [['ssg list --held', 'what is not published, and why'], ['ssg list --tag rust', 'all entries tagged "rust"']],
    run: async (call) => (await import('./inspect.ts')).runList(call),
  },
  {
    name: 'new',
    summary: 'create an entry',
    args: 'COLLECTION "TITLE"',
    minArgs: 2,
    maxArgs: Infinity,
    details: 'Writes a markdown file with front matter into the folder of the collection and prints its path. The entry is a draft until you remove that line. Its `id` keeps its place in feeds when the file is renamed. Nothing is ever overwritten.',
    flags: [at],
    examples: [['ssg new post "Hello world"', 'content/posts/hello-world.md'], ['ssg new page "About me"', 'content/about-me.md']],
    run: async (call) => (await import('./new.ts')).runNew(call),
  },
  {
    name: 'why',
    summary: 'say why a page was built or reused',
    args: 'URL',
    minArgs: 1,
    details: 'Tells whether the last build rendered or reused a page, why it was rendered the last time, what it read, its templates, and where else its entry is shown; or why there is no such page. URL may also be a file of the output or of the sources, or the id of an entry.',
    flags: [],
    examples: [['ssg why /posts/hello/', 'the page of a post'], ['ssg why content/posts/idea.md', 'where a post is, or why it is not published'], ['ssg why feed.xml', 'a file']],
    run: async (call) => (await import('./why.ts')).runWhy(call),
  },
  {
    name: 'init',
    summary: 'start a site',
    args: 'DIR',
    minArgs: 1,
    details: 'Writes a small site that builds at once. A file that is there already is never overwritten.',
    flags: [],
    examples: [['ssg init my-blog', 'in a new folder'], ['ssg init .', 'here']],
    run: async (call) => (await import('./init.ts')).runInit(call),
  },
  {
    name: 'import',
    summary: 'move in from Jekyll, Nikola, LambdaPad or Zola',
    details: 'Reads the settings of the other generator and prints them as site.config.ts, with a report of what was mapped and what was not. Nothing of theirs is run, and nothing is written without --write. A site.config.ts that is there is never overwritten.',
    flags: [
      { name: 'write', summary: 'write site.config.ts, and headers if they are asked for' },
      { name: 'front-matter', summary: 'also rewrite headers of other forms as YAML; without --write, show the differences' },
    ],
    examples: [['ssg import', 'see what would be'], ['ssg import --write', 'keep the settings'], ['ssg import --front-matter', 'see which headers would change, and how']],
    run: async (call) => (await import('./import.ts')).runImport(call),
  },
  {
    name: 'urls',
    summary: 'keep public addresses and feed ids',
    args: 'ACTION WHAT...',
    minArgs: 2,
    maxArgs: Infinity,
    details: '`record FROM` records addresses and the ids of feed entries in urls.lock. FROM is a sitemap, an output folder, a feed, a list of addresses with one on a line, or the address of one of these. From then on every build proves that each is still answered, by a page or a redirect, and that ids are kept; `forget URL` is the only way to drop one.',
    flags: [{ name: 'all', summary: 'of a folder, record every file and not only pages and feeds' }],
    examples: [['ssg urls record _site', 'what the old generator wrote'], ['ssg urls record https://example.org/sitemap.xml', 'what is online'], ['ssg urls forget /2012/old/', 'give one up']],
    run: async (call) => (await import('./urls.ts')).runUrls(call),
  },
  {
    name: 'clean',
    summary: 'remove the built site and the cache',
    details: 'Removes what builds wrote into the output folder, and .ssg/. Files that are not ours stay, and are named.',
    flags: [out],
    examples: [['ssg clean', 'remove both']],
    run: async (call) => (await import('./clean.ts')).runClean(call),
  },
  {
    name: 'help',
    summary: 'show help for a command',
    args: '[COMMAND]',
    minArgs: 0,
    maxArgs: 1,
    details: 'Without a command: the list of all.',
    flags: [],
    examples: [['ssg help build', 'all about building']],
    run: async (call) => (await import('./help.ts')).runHelp(call),
  },
]
