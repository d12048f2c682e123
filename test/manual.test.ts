// The manual: every example in it is a site that is built, and everything that can be set, typed or read is in it.
import { afterAll, describe, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import { readChapters, runExample } from './support/manual.ts'

const chapters = readChapters()

afterAll(removeTempFolders)

describe.concurrent('examples', () => {
  for (const { name, examples } of chapters) {
    for (const example of examples) test(`${name}: ${example.heading}`, () => runExample(example))
  }
})
