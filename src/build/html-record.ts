// Something with HTML as one text: first all else as a line of JSON, then the HTML as it is. As JSON, every quote of it would have to be
// escaped and read back, for all bodies of a site.

/** Of which a half alone could not be written as it is. */
const surrogates = /[\ud800-\udfff]/

interface WithHtml { readonly html: string }

/** In parts, so that the HTML need not be copied for it. */
export function writeHtmlRecord<T extends WithHtml>(value: T): readonly string[] {
  if (surrogates.test(value.html)) return [JSON.stringify(value)]
  const { html, ...rest } = value
  return [`${JSON.stringify(rest)}\n`, html]
}

export function readHtmlRecord<T extends WithHtml>(text: string): T {
  const end = text.indexOf('\n')
  return (end === -1 ? JSON.parse(text) : { html: text.slice(end + 1), ...JSON.parse(text.slice(0, end)) }) as T
}
