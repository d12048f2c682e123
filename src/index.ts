// The public door of the package: what site.config.ts and sources of others import. Nothing in here imports it, and it loads
// nothing heavy, because every build loads it with the config.
import type { SiteConfig } from './core/settings.ts'

/** Gives the config its type; returns it as it is. */
export function defineConfig(config: SiteConfig): SiteConfig {
  return config
}

export { contentful } from './sources/contentful/contentful.ts'
export { listPages } from './move/list-pages.ts'
export { jekyll, lambdapad, nikola, zola } from './move/sources.ts'
export { s3, webmentions, webSub } from './core/deploy.ts'
export { data } from './sources/data.ts'
export { files } from './sources/files.ts'
export { defineSource, put, reference } from './sources/put.ts'
export { secret } from './util/secret.ts'

export type { DataOptions } from './sources/data.ts'
export type { ContentfulOptions, Embedded, ImageOptions, TypeMapping } from './sources/contentful/options.ts'
export type { Secret } from './util/secret.ts'
export type { FilesOptions } from './sources/files.ts'
export type { PutInput } from './sources/put.ts'
export type { JekyllOptions } from './move/jekyll.ts'
export type { LambdapadOptions, LambdapadRule } from './move/lambdapad.ts'
export type { ListPageOptions } from './move/list-pages.ts'
export type { NikolaOptions, NikolaRule } from './move/nikola.ts'
export type { ZolaOptions } from './move/zola.ts'
export type { AfterDeploy, DeployResult, S3Options, S3Target } from './core/deploy.ts'
export type { Code, Diagnostic, Location } from './core/diagnostic.ts'
export type {
  BlogrollConfig, BlogrollSite, CollectionConfig, CopyRule, FeedsConfig, Filter, HighlightConfig, IndieWebConfig, Link, MarkdownConfig, Planner, PlannerHelpers, SiteConfig, TaxonomyConfig, TemplatesConfig,
} from './core/settings.ts'
export type {
  Answer, Author, Body, Change, EntriesContext, Entry, EntryAsset, EntryId, FeedFormat, FetchOptions, HeldEntry, Origin, Page, PageSpec, Pager, PaginateOptions, Part, Permalink, Position, Publication, RawEntry, RecordSummary, Reference, RemoteFile, RequestPolicy, Site,
  Source, SourceContext, Term,
} from './core/types.ts'
