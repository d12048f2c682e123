// Rich texts of an entry, with what they refer to: pages, pictures, blocks of code, and entries that a function of the site shows.
import { fail } from '../../core/diagnostic.ts'
import type { Body } from '../../core/types.ts'
import { linkId, linkTypeOf, type EntryEntity } from './entities.ts'
import { nameOf, pictureOf } from './links.ts'
import { describeEntity, fieldAt, labelOf, pick, tellBroken, titleOf, type Making } from './making.ts'
import type { ContentfulOptions } from './options.ts'
import { escapeHtml, isRichText, renderRichText, type EntryTarget, type RichTextTargets } from './rich-text.ts'

export function richBody(making: Making, document: Parameters<typeof renderRichText>[0], field: string): Body {
  return { kind: 'html', text: renderRichText(document, targetsOf(making, field)), trusted: true }
}

/** What a rich text of this entry refers to. */
function targetsOf(making: Making, field: string): RichTextTargets {
  const { space } = making.edition
  const targets: RichTextTargets = {
    entry(link) {
      const target = space.entries.get(linkId(link) ?? '')
      if (target === undefined) tellBroken(making, field, link)
      return target && targetOf(making, target, targets)
    },
    asset(link) {
      const picture = pictureOf(making, link)
      if (picture === undefined) tellBroken(making, field, link)
      return picture
    },
    problem: (message, fix) => space.ctx.report({ severity: 'warning', code: 'rich-text', message: `\`${field}\` of ${describeEntity(making)}: ${message}`, at: fieldAt(making, field), fix }),
  }
  return targets
}

function targetOf(making: Making, target: EntryEntity, targets: RichTextTargets): EntryTarget {
  const { edition } = making
  const { space: { options, mappings }, suffix } = edition
  const value = (field: string | undefined): string => (field === undefined ? '' : String(pick(target.fields[field], edition.chain) ?? ''))
  const code = options.code?.[target.type]
  const show = options.embeds?.[target.type]
  return {
    id: target.id, type: target.type, title: titleOf(target, edition),
    ...(mappings.has(target.type) && { href: `entry:${nameOf(edition.space)}:${encodeURIComponent(target.id + suffix)}` }),
    ...(code && { code: { language: value(code.language), code: value(code.code) } }),
    ...(show && { show: (isInline, depth) => callEmbed(making, target, show, { isInline, depth, targets }) }),
  }
}

function callEmbed(making: Making, target: EntryEntity, show: (entry: Parameters<NonNullable<ContentfulOptions['embeds']>[string]>[0]) => string, { isInline, depth, targets }: { isInline: boolean; depth: number; targets: RichTextTargets }): string {
  const { edition } = making
  const fieldsOf = (fields: EntryEntity['fields']): Record<string, unknown> => Object.fromEntries(Object.keys(fields).map((field) => [field, pick(fields[field], edition.chain)]))
  try {
    const html: unknown = show({
      id: target.id, type: target.type, isInline, fields: fieldsOf(target.fields), escape: (text) => escapeHtml(String(text ?? '')),
      render: (document) => (isRichText(document) ? renderRichText(document, targets, depth) : ''),
      find(link) {
        const found = linkTypeOf(link) === 'Asset' ? edition.space.assets.get(linkId(link) ?? '') : edition.space.entries.get(linkId(link) ?? '')
        return found && { id: found.id, fields: fieldsOf(found.fields) }
      },
    })
    if (typeof html === 'string') return html
    throw new Error(`it returned ${html === undefined ? 'nothing' : `a ${typeof html}`}, not a text`)
  } catch (error) {
    throw fail('hook-failed', `\`embeds.${target.type}\` failed on ${describeEntity({ ...making, entity: target })}: ${error instanceof Error ? error.message : String(error)}`, { at: { file: labelOf(target) }, fix: 'correct the function in site.config.' })
  }
}
