// Colours that everybody can read: WCAG 2 contrast, and the smallest change that reaches it.

type Rgb = readonly [number, number, number]

/** AA for normal text. */
const enough = 4.5

/** The colour, moved towards black or white until it reaches 4.5:1 on every background. Alpha is blended into the first background. */
export function ensureContrast(color: string, on: readonly string[]): string {
  const grounds = on.map((ground) => parseColor(ground)).filter((ground) => ground !== undefined).map(([r, g, b]): Rgb => [r, g, b])
  const parsed = parseColor(color)
  const ground = grounds[0]
  if (!parsed || !ground) return color
  const [r, g, b, alpha] = parsed
  const opaque = mix(ground, [r, g, b], alpha)
  const target: Rgb = luminance(ground) > 0.18 ? [0, 0, 0] : [255, 255, 255]
  for (let step = 0; step <= 100; step++) {
    const candidate = mix(opaque, target, step / 100)
    if (grounds.every((g) => contrast(candidate, g) >= enough)) return formatColor(candidate)
  }
  return formatColor(target)
}

/** WCAG 2 contrast ratio of two colours, 1 to 21; 1 too if one of them is not a hex colour. */
export function contrastOf(a: string, b: string): number {
  const [x, y] = [parseColor(a), parseColor(b)]
  return x && y ? contrast([x[0], x[1], x[2]], [y[0], y[1], y[2]]) : 1
}

function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

function luminance([r, g, b]: Rgb): number {
  const linear = (channel: number): number => (channel <= 10.31475 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const channel = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * part)
  return [channel(0), channel(1), channel(2)]
}

/** `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`; alpha from 0 to 1. */
function parseColor(text: string): readonly [number, number, number, number] | undefined {
  const hex = /^#([\da-f]{3,8})$/i.exec(text)?.[1]
  if (!hex || hex.length === 5 || hex.length === 7) return undefined
  const full = hex.length < 6 ? hex.replace(/./g, '$&$&') : hex
  const channel = (at: number): number => parseInt(full.slice(at, at + 2), 16)
  return [channel(0), channel(2), channel(4), full.length === 8 ? channel(6) / 255 : 1]
}

function formatColor(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
