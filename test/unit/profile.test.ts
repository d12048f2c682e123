// The stopwatch of `--profile` with a clock that only the test moves, and what is drawn of its figures.
import { describe, expect, test } from 'vitest'
import { timed, type Profiler } from '../../src/core/profiler.ts'
import { drawFlame } from '../../src/profile/picture-flame.ts'
import { drawWeight } from '../../src/profile/picture-weight.ts'
import { createRecorder, type Recorder, type Work } from '../../src/profile/recorder.ts'
import { createReport, type Report } from '../../src/profile/report.ts'
import { escape, number, percent, share, size } from '../../src/profile/text.ts'
import { duration } from '../../src/util/duration.ts'
import { weigh } from '../../src/profile/weight.ts'

interface Watch { readonly recorder: Recorder; pass(ms: number): void }

function createWatch(startMs = 0): Watch {
  let now = startMs
  return { recorder: createRecorder({ now: () => now, memoryBytes: () => 1_000_000 + now }), pass: (ms) => { now += ms } }
}

/** `name(self, parts)` */
function tell({ name, selfMs, count, children }: Work): string {
  const parts = [...children.values()].map(tell)
  return `${name} ${selfMs}${count > 1 ? ` x${count}` : ''}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`
}

const reportOf = (recorder: Recorder): Report => createReport({
  recording: recorder.finish(), files: [], fileOf: () => undefined,
  facts: { site: 'Site', built: 0, reused: 0, written: 0, cpuMs: 0, peakMemoryBytes: 2_000_000, node: '20', cores: 2 },
})

describe('the stopwatch', () => {
  test('charges each moment to the innermost work', () => {
    const { recorder, pass } = createWatch(5)
    const endOuter = recorder.begin({ activity: 'cache', name: 'outer' })
    pass(1)
    for (let i = 0; i < 2; i++) {
      const end = recorder.begin({ activity: 'markdown', name: 'inner', size: 10 })
      pass(10)
      end()
      pass(100)
    }
    endOuter()
    pass(1000)
    const { root, totalMs, phases } = recorder.finish()
    expect(tell(root)).toBe('build 1000 (start of the process 5, outer 201 (inner 20 x2))')
    expect(totalMs).toBe(1226)
    expect(phases.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([['start of the process', 0, 5], ['outer', 5, 226]])
  })

  test('ends with a piece of work what began in it, whatever failed', () => {
    const { recorder, pass } = createWatch()
    const fails = (): void => timed(recorder, { activity: 'pages', name: 'page' }, () => {
      recorder.begin({ activity: 'templates', name: 'left open' })
      pass(3)
      throw new Error('no')
    })
    expect(fails).toThrow('no')
    pass(2)
    const late = recorder.begin({ activity: 'templates', name: 'a' })
    recorder.begin({ activity: 'templates', name: 'b' })
    pass(1)
    late()
    late()
    pass(4)
    expect(tell(recorder.finish().root)).toBe('build 6 (start of the process 0, page 0 (left open 3), a 0 (b 1))')
  })

  test('waits for promises', async () => {
    const { recorder, pass } = createWatch()
    await expect(timed(recorder, { activity: 'sources', name: 'good' }, async () => {
      await Promise.resolve()
      pass(7)
      return 'done'
    })).resolves.toBe('done')
    await expect(timed(recorder, { activity: 'sources', name: 'bad' }, async () => {
      await Promise.resolve()
      pass(8)
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(tell(recorder.finish().root)).toBe('build 0 (start of the process 0, good 7, bad 8)')
  })

  test('knows whose turn it is where several wait by turns', async () => {
    const { recorder, pass } = createWatch()
    const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
    const work = async (name: string, ms: number): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        pass(ms)
        await turn()
        timed(recorder, { activity: 'highlight', name: `code of ${name}` }, () => pass(ms * 10))
      }
    }
    await timed(recorder, { activity: 'cache', name: 'bodies' }, async () => {
      await Promise.all(['a', 'b'].map((name, i) => timed(recorder, { activity: 'markdown', name, page: `/${name}/` }, () => work(name, i + 1))))
      pass(500)
    })
    const { root, pages, phases } = recorder.finish()
    expect(tell(root)).toBe('build 0 (start of the process 0, bodies 500 (a 3 (code of a 30 x3), b 6 (code of b 60 x3)), wait for other threads 0)')
    expect([...pages]).toEqual([['/a/', { markdown: 3, highlight: 30 }], ['/b/', { markdown: 6, highlight: 60 }]])
    expect(phases.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([['start of the process', 0, 0], ['bodies', 0, 599]])
  })

  test('gives the time in which nothing runs to what waits, and to nobody if several do', async () => {
    const recorder = createRecorder()
    const sleep = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 40) })
    await timed(recorder, { activity: 'sources', name: 'outer' }, () => timed(recorder, { activity: 'sources', name: 'alone' }, sleep))
    await Promise.all(['one', 'two'].map((name) => timed(recorder, { activity: 'markdown', name }, sleep)))
    const { children } = recorder.finish().root
    const msOf = (key: string): number => children.get(key)?.selfMs ?? 0
    expect(children.get('sources outer')?.children.get('sources alone')?.selfMs).toBeGreaterThan(30)
    expect(msOf('wait wait for other threads')).toBeGreaterThan(30)
    expect(msOf('markdown one') + msOf('markdown two') + msOf('sources outer')).toBeLessThan(30)
  })

  test('without a profiler only runs', () => {
    expect(timed(undefined, { activity: 'sources', name: 'x' }, () => 5)).toBe(5)
  })

  test('knows what is done for a page, and what is beside the sum', () => {
    const { recorder, pass } = createWatch()
    const endSource = recorder.beside('source posts', { activity: 'sources', name: 'files' })
    pass(4)
    endSource()
    const page = { activity: 'markdown', name: 'posts', page: '/a/' } as const
    const inPage = (profiler: Profiler): void => timed(profiler, { activity: 'highlight', name: 'go', size: 20 }, () => pass(6))
    timed(recorder, page, () => inPage(recorder))
    timed(recorder, { ...page, page: '/b/' }, () => pass(2))
    recorder.elsewhere('thread 1', { activity: 'highlight', name: 'go', size: 30 }, 1, 9)
    const report = reportOf(recorder)
    expect(report.pages.map(({ page: of, times }) => [of, times])).toEqual([['/a/', { markdown: 0, highlight: 6 }], ['/b/', { markdown: 2 }]])
    expect(report.languages).toEqual([{ name: 'go', blocks: 2, size: 50, ms: 14, loadMs: 0 }])
    expect(report.activities.reduce((sum, { ms }) => sum + ms, 0)).toBe(report.totalMs)
    expect(report.lanes.map(({ lane, stretches }) => [lane, stretches.length])).toEqual([['source posts', 1], ['thread 1', 1]])
  })

  test('counts what runs within itself once', () => {
    const { recorder, pass } = createWatch()
    const tree = (depth: number): void => timed(recorder, { activity: 'templates', name: 'tree.njk' }, () => {
      pass(1)
      if (depth > 0) timed(recorder, { activity: 'templates', name: 'tree.njk', part: 'macro leaf' }, () => tree(depth - 1))
    })
    tree(3)
    expect(reportOf(recorder).templates).toEqual([
      { name: 'tree.njk', calls: 4, selfMs: 4, totalMs: 4 },
      { name: 'tree.njk', macro: 'leaf', calls: 3, selfMs: 0, totalMs: 3 },
    ])
  })

  test('has at most 200 slices, however long it runs', () => {
    for (const lasts of [3, 199, 200, 5_000, 123_456]) {
      const { recorder, pass } = createWatch()
      for (let i = 0; i < 50; i++) timed(recorder, { activity: i % 2 === 0 ? 'markdown' : 'write', name: 'x' }, () => pass(lasts / 50))
      const { strip: { slices, sliceMs }, totalMs } = recorder.finish()
      expect(slices.length).toBeLessThanOrEqual(200)
      expect((slices.length - 1) * sliceMs).toBeLessThanOrEqual(totalMs + 1e-6)
      expect(slices.reduce((sum, { times }) => sum + (times.markdown ?? 0), 0)).toBeCloseTo(lasts / 2, 4)
      expect(slices.every((slice) => Object.values(slice.times).reduce((sum, ms) => sum + ms, 0) <= sliceMs + 1e-6)).toBe(true)
    }
  })
})

describe('the pictures', () => {
  interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly title: string }
  const boxesOf = (svg: string): Box[] => [...svg.matchAll(/<svg x="([\d.]+)%" y="([\d.]+)%?" width="([\d.]+)%" height="([\d.]+)%?"><title>([^<]*)/g)]
    .map(([, x, y, width, height, title = '']) => ({ x: Number(x), y: Number(y), width: Number(width), height: Number(height), title }))

  test('the tree map gives each file its part of the area, and no two the same place', () => {
    const files = Array.from({ length: 500 }, (_, i) => ({ file: `${['posts', 'tags', 'img'][i % 3]}/p${i}/x.${i % 7 === 0 ? 'png' : 'html'}`, bytes: (i * 7919) % 5000 + 1 }))
    const weight = weigh(files)
    const boxes = boxesOf(drawWeight(weight))
    expect(boxes.reduce((sum, { title }) => sum + Number(/^(\d+) lighter/.exec(title)?.[1] ?? 1), 0)).toBe(500)
    for (const { x, y, width, height } of boxes) expect([x >= 0, y >= 0, x + width <= 100.01, y + height <= 100.01]).toEqual([true, true, true, true])
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) expect(Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.01 && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.01, `${a.title} and ${b.title}`).toBe(false)
    }
    // Within a folder, areas are as bytes.
    const [first, second] = boxes.filter(({ title }) => title.startsWith('posts/'))
    const bytesOf = ({ title }: Box): number => files.find(({ file }) => title.startsWith(`${file}:`))!.bytes
    expect(first!.width * first!.height / (second!.width * second!.height)).toBeCloseTo(bytesOf(first!) / bytesOf(second!), 1)
  })

  test('files without bytes and sites without files are drawn too', () => {
    expect(boxesOf(drawWeight(weigh([{ file: 'a.html', bytes: 0 }, { file: 'b.html', bytes: 5 }]))).map(({ title }) => title)).toEqual(['b.html: 5 B (100.0 %)'])
    expect(boxesOf(drawWeight(weigh([])))).toEqual([])
  })

  test('the flame graph puts parts below what they are parts of', () => {
    const { recorder, pass } = createWatch()
    timed(recorder, { activity: 'cache', name: 'outer' }, () => {
      pass(25)
      timed(recorder, { activity: 'own', name: '<b>"inner"</b>' }, () => pass(50))
    })
    timed(recorder, { activity: 'write', name: 'next' }, () => pass(25))
    timed(recorder, { activity: 'checks', name: 'tiny' }, () => pass(0.01))
    const { svg, hidden } = drawFlame(reportOf(recorder).tree)
    expect(boxesOf(svg).map(({ x, y, width, title }) => [Math.round(x), y, Math.round(width), title.split(':')[0]])).toEqual([
      [0, 0, 100, 'build'], [0, 22, 75, 'outer'], [0, 44, 50, '&lt;b&gt;&quot;inner&quot;&lt;/b&gt;'], [75, 22, 25, 'next'],
    ])
    expect(hidden).toBe(2)
  })
})

test('figures read the same everywhere', () => {
  expect([0, 0.0004, 0.05, 0.42, 9.99, 12.34, 99.96, 840.4, 999.6, 61_234].map(duration)).toEqual(['0', '1 µs', '50 µs', '0.42 ms', '9.99 ms', '12.3 ms', '100 ms', '840 ms', '1.00 s', '61.23 s'])
  expect([0, 999, 1000, 14_240, 999_499, 999_500, 1_250_000_000].map(size)).toEqual(['0 B', '999 B', '1.0 kB', '14.2 kB', '999 kB', '1.0 MB', '1.3 GB'])
  expect([7, 1234, 1_234_567].map(number)).toEqual(['7', '1,234', '1,234,567'])
  expect([share(1, 3), share(1, 0), percent(1, 3), percent(1, 0)]).toEqual(['33.3 %', '0.0 %', '33.333%', '0%'])
})

test('names are escaped, on one line, short, and turn nothing round', () => {
  expect(escape('<a href="x">\n\'&\u202e\u0007\ud800')).toBe('&lt;a href=&quot;x&quot;&gt; &#39;&amp;\ufffd')
  expect(escape('x'.repeat(1000))).toBe(`${'x'.repeat(159)}&#8230;`)
})
