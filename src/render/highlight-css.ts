// The stylesheet of code blocks. A token has a class for its light and one for its dark colour; each sets a variable, and one rule chooses
// which of the two is shown: that of the system's setting, or of `data-theme` on the root element.

/** The backgrounds that colours must be readable on: of the block, and of marked, added and deleted lines. */
export const backgrounds = {
  light: { code: '#f6f8fa', mark: '#fff8c5', add: '#e2f8e6', del: '#ffebe9' },
  dark: { code: '#161b22', mark: '#2e2a1b', add: '#14291d', del: '#33191d' },
} as const
export type Scheme = keyof typeof backgrounds

/** What a stylesheet needs to know of a theme. */
export interface Palette {
  readonly letter: 'l' | 'd'
  /** Colours by id; empty: never used for text. */
  readonly colors: readonly string[]
  /** Id of the colour of text without a class. */
  readonly foreground: number
  /** Bits of every font style that can occur. */
  readonly fontStyles: number
}

/** Font styles by their bit in a token's style, with the word for it in themes. */
export const fontStyles = [
  { bit: 1, word: 'italic', name: 'i', variable: 's', value: 'italic' },
  { bit: 2, word: 'bold', name: 'b', variable: 'w', value: 'bold' },
  { bit: 4, word: 'underline', name: 'u', variable: 't', value: 'underline' },
  { bit: 8, word: 'strikethrough', name: 's', variable: 't', value: 'line-through' },
] as const

const properties = { s: 'font-style', w: 'font-weight', t: 'text-decoration' } as const

/** The classes of a style, which `renderCss` has rules for. */
export function classesOf(palette: Palette, style: { readonly foregroundId: number; readonly fontStyle: number }): string[] {
  const color = style.foregroundId === palette.foreground ? [] : [palette.letter + style.foregroundId]
  return [...color, ...fontStyles.filter(({ bit }) => style.fontStyle & bit).map(({ name }) => palette.letter + name)]
}

/** The whole stylesheet: colours, line marks and line numbers. */
export function renderCss(light: Palette, dark: Palette): string {
  return `${[
    `.code{--l:${light.colors[light.foreground]};--d:${dark.colors[dark.foreground]};${lineVariables('light')}}`,
    ...classRules(light),
    ...classRules(dark),
    switchRule('.code', light),
    `@media screen and (prefers-color-scheme:dark){${darkRules(':root:not([data-theme=light]) .code', dark)}}`,
    `@media screen{${darkRules(':root[data-theme=dark] .code', dark)}}`,
    ...lineRules,
  ].join('\n')}\n`
}

function classRules({ letter, colors, foreground, fontStyles: used }: Palette): string[] {
  const rules = colors.flatMap((color, id) => (color && id !== foreground ? [`.code .${letter}${id}{--${letter}:${color}}`] : []))
  const fonts = fontStyles.filter(({ bit }) => used & bit)
  rules.push(...fonts.map(({ name, variable, value }) => `.code .${letter}${name}{--${letter}${variable}:${value}}`))
  if ((used & 12) === 12) rules.push(`.code .${letter}u.${letter}s{--${letter}t:underline line-through}`)
  return rules
}

function switchRule(root: string, { letter, fontStyles: used }: Palette): string {
  const variables = new Set(fontStyles.filter(({ bit }) => used & bit).map(({ variable }) => variable))
  const fonts = [...variables].map((variable) => `;${properties[variable]}:var(--${letter}${variable},inherit)`)
  return `${root} code,${root} code *{color:var(--${letter})${fonts.join('')}}`
}

function darkRules(root: string, dark: Palette): string {
  return `${root}{${lineVariables('dark')}}${switchRule(root, dark)}`
}

function lineVariables(scheme: Scheme): string {
  const { mark, add, del } = backgrounds[scheme]
  return `--mark:${mark};--add:${add};--del:${del}`
}

const lineRules = [
  '.code .line{display:block;position:relative;min-width:max-content}',
  '.code mark.line{background:var(--mark)}',
  '.code ins.line{background:var(--add);text-decoration:none}',
  '.code del.line{background:var(--del);text-decoration:none}',
  '.code ins.line::after{content:"+"}',
  '.code del.line::after{content:"-"}',
  '.code .line::after{position:absolute;top:0;left:-1.25ch}',
  '.code .numbered{counter-reset:line}',
  '.code .numbered .line::before{counter-increment:line;content:counter(line);content:counter(line)/"";display:inline-block;min-width:2ch;margin-right:2ch;text-align:right;opacity:.7}',
]
