// The value of a Liquid expression, if it is plain: a literal, or something of the site, the page or an include, perhaps through a
// filter of text. Everything else is `undefined`.

export interface LiquidScope {
  readonly site: Readonly<Record<string, unknown>>
  readonly page: Readonly<Record<string, unknown>>
  readonly include?: Readonly<Record<string, unknown>>
}

export function evaluate(expression: string, scope: LiquidScope): string | undefined {
  const [first = '', ...filters] = splitFilters(expression)
  let value = operand(first, scope)
  for (const filter of filters) {
    const [, name = '', rest = ''] = /^\s*(\w+)\s*(?::\s*([^]*))?$/.exec(filter) ?? []
    const argument = rest.trim() === '' ? undefined : operand(rest, scope)
    if (name === 'default') value = value === undefined || value === '' || value === 'false' ? argument : value
    else value = value === undefined ? undefined : applyFilter(name, value, argument, scope)
  }
  return value
}

/** At `|`, but not in quotes. */
function splitFilters(expression: string): string[] {
  return expression.match(/(?:"[^"]*"|'[^']*'|[^|"'])+/g) ?? []
}

function operand(text: string, scope: LiquidScope): string | undefined {
  const word = text.trim()
  const [, , quoted] = /^(["'])([^]*)\1$/.exec(word) ?? []
  if (quoted !== undefined) return quoted
  if (/^-?\d+(?:\.\d+)?$/.test(word)) return word
  const path = /^(site|page|include)((?:\.[\w-]+|\[["'][\w -]+["']\])+)$/.exec(word)
  if (path === null) return undefined
  const steps = [...(path[2] ?? '').matchAll(/\.([\w-]+)|\[["']([\w -]+)["']\]/g)].map((match) => match[1] ?? match[2] ?? '')
  let value: unknown = scope[path[1] as keyof LiquidScope]
  for (const step of steps) value = isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function applyFilter(name: string, value: string, argument: string | undefined, { site }: LiquidScope): string | undefined {
  switch (name) {
    // The links of a text get the base path later.
    case 'relative_url': return /^[a-z][a-z\d+.-]*:/i.test(value) ? value : `/${value}`.replace(/^\/+/, '/')
    case 'absolute_url': return /^[a-z][a-z\d+.-]*:/i.test(value) ? value : `${text(site['url'])}${text(site['baseurl'])}/${value.replace(/^\//, '')}`
    case 'prepend': return argument === undefined || argument === site['baseurl'] ? value : argument + value
    case 'append': return argument === undefined ? undefined : value + argument
    case 'escape': case 'xml_escape': case 'escape_once': return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
    case 'uri_escape': case 'url_encode': case 'cgi_escape': return encodeURI(value)
    case 'upcase': return value.toUpperCase()
    case 'downcase': return value.toLowerCase()
    case 'capitalize': return value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()
    case 'strip': return value.trim()
    case 'replace': case 'date': case 'markdownify': default: return undefined
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
