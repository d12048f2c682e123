// A pair of shiki's themes, one for light and one for dark pages, as a single theme for the tokenizer and as a stylesheet.
// Classes and stylesheet depend on the two themes alone, so a page made today fits a stylesheet made yesterday.
import { normalizeTheme } from '@shikijs/primitive'
import { bundledThemes } from 'shiki/themes'
import { Theme } from 'shiki/textmate'
import { fail } from '../core/diagnostic.ts'
import { ensureContrast } from './highlight-contrast.ts'
import { backgrounds, classesOf, fontStyles, renderCss, type Palette, type Scheme } from './highlight-css.ts'

type ScopePath = NonNullable<Parameters<Theme['match']>[0]>
type Style = NonNullable<ReturnType<Theme['match']>>

/** One theme of the pair. */
interface HalfTheme {
  readonly theme: Theme
  readonly palette: Palette
}

export interface ThemePair {
  /** Answers for both themes: the ids in a token's metadata name a pair of styles. */
  readonly theme: Theme
  /** The `class` attribute's value for a token; empty: the block's own colour. */
  classOf(metadata: number): string
  /** Whether white space shows the style: underlined or struck through. */
  isDecorated(metadata: number): boolean
  readonly css: string
}

/** Throws `config-value` if there is no such theme. */
export async function loadThemePair(names: { light: string; dark: string }): Promise<ThemePair> {
  const [light, dark] = await Promise.all([loadHalf('light', names.light), loadHalf('dark', names.dark)])
  const pairs = createPairs(light, dark)
  return { ...pairs, css: renderCss(light.palette, dark.palette) }
}

async function loadHalf(scheme: Scheme, name: string): Promise<HalfTheme> {
  const load = Object.hasOwn(bundledThemes, name) ? bundledThemes[name as keyof typeof bundledThemes] : undefined
  if (!load) throw fail('config-value', `\`highlight.themes.${scheme}\` is "${name}", which is not a theme of shiki`, { fix: 'Choose one from https://shiki.style/themes.' })
  const raw = normalizeTheme((await load()).default)
  const theme = Theme.createFromRawTheme(raw)
  const replacements = new Map(Object.entries(raw.colorReplacements ?? {}))
  // Some themes have rules without settings.
  const rules = raw.settings.map((rule) => rule.settings ?? {})
  const used = new Set(rules.flatMap((rule) => rule.foreground?.toUpperCase() ?? []))
  const on = Object.values(backgrounds[scheme])
  const colors = theme.getColorMap().map((color, id) => {
    if (id !== theme.getDefaults().foregroundId && !used.has(color)) return ''
    return ensureContrast(replacements.get(color.toLowerCase()) ?? color, on)
  })
  const { foregroundId, fontStyle } = theme.getDefaults()
  const styles = rules.reduce((bits, rule) => bits | bitsOf(rule.fontStyle ?? ''), fontStyle)
  return { theme, palette: { letter: scheme === 'light' ? 'l' : 'd', colors, foreground: foregroundId, fontStyles: styles } }
}

function bitsOf(fontStyle: string): number {
  const words = new Set(fontStyle.split(' '))
  return fontStyles.reduce((bits, { bit, word }) => (words.has(word) ? bits | bit : bits), 0)
}

/** A scope path with the styles that it has in both themes; children are remembered, so each path is matched once. */
interface PathNode {
  readonly light: Style
  readonly dark: Style
  readonly pair: Style
  readonly depth: number
  readonly children: Map<string, PathNode>
}

/** Underline and line through. */
const decorations = 4 | 8
const maxPaths = 20_000
const shortPath = 24

/** Token metadata has room for 511 foregrounds and 255 backgrounds; a pair of styles is numbered over both, with 0 meaning "as outside". */
function createPairs(light: HalfTheme, dark: HalfTheme): Omit<ThemePair, 'css'> {
  const ids = new Map<string, Style>()
  const classes: string[] = []
  const decorated: boolean[] = []
  const pairOf = (a: Style, b: Style): Style => {
    const key = `${a.foregroundId} ${a.fontStyle} ${b.foregroundId} ${b.fontStyle}`
    const known = ids.get(key)
    if (known) return known
    const id = ids.size
    const pair = { fontStyle: 0, foregroundId: 1 + (id % 511), backgroundId: 1 + Math.floor(id / 511) }
    ids.set(key, pair)
    classes.push([...classesOf(light.palette, a), ...classesOf(dark.palette, b)].join(' '))
    decorated.push(((a.fontStyle | b.fontStyle) & decorations) > 0)
    return pair
  }
  const createNode = (a: Style, b: Style, depth: number): PathNode => ({ light: a, dark: b, pair: pairOf(a, b), depth, children: new Map() })
  let root = createNode(light.theme.getDefaults(), dark.theme.getDefaults(), 0)
  let paths = 0
  /** Paths that are not short: of the others, a walk from the root is cheaper than a table. */
  const deep = new WeakMap<ScopePath, PathNode>()
  const nodeOf = (path: ScopePath | null, steps = 0): PathNode => {
    if (!path) return root
    const known = steps > shortPath ? deep.get(path) : undefined
    return known ?? childOf(nodeOf(path.parent, steps + 1), path)
  }
  const childOf = (parent: PathNode, path: ScopePath): PathNode => {
    let node = parent.children.get(path.scopeName)
    if (!node) {
      node = createNode(inherit(parent.light, light.theme.match(path)), inherit(parent.dark, dark.theme.match(path)), parent.depth + 1)
      parent.children.set(path.scopeName, node)
      paths++
    }
    if (node.depth > shortPath) deep.set(path, node)
    return node
  }
  /** One place in code after the other is asked for, and most have the same path outside of them. */
  let outer: { readonly path: ScopePath | null; readonly node: PathNode } = { path: null, node: root }
  const match = (path: ScopePath | null): Style => {
    if (paths > maxPaths) {
      root = createNode(root.light, root.dark, 0)
      paths = 0
      outer = { path: null, node: root }
    }
    if (!path) return root.pair
    if (outer.path !== path.parent) outer = { path: path.parent, node: nodeOf(path.parent) }
    return childOf(outer.node, path).pair
  }
  const idOf = (metadata: number): number => ((metadata & 0xff8000) >>> 15) - 1 + ((metadata >>> 24) - 1) * 511
  return {
    theme: Object.assign(Theme.createFromRawTheme({ settings: [] }), { match, getDefaults: () => root.pair }),
    classOf: (metadata) => classes[idOf(metadata)] ?? '',
    isDecorated: (metadata) => decorated[idOf(metadata)] ?? false,
  }
}

/** What vscode-textmate does to a token's metadata when a scope is pushed. */
function inherit(outer: Style, own: Style | null): Style {
  if (!own) return outer
  return {
    fontStyle: own.fontStyle === -1 ? outer.fontStyle : own.fontStyle,
    foregroundId: own.foregroundId === 0 ? outer.foregroundId : own.foregroundId,
    backgroundId: 0,
  }
}
