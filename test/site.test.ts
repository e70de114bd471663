import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  languages,
  listedPages,
  ofContributors,
  placeOf,
  routeOf,
  sitePages,
  slugOf,
  sources,
  twinOf,
} from './tools/site/pages.ts'

const english = sources.filter((source) => !source.endsWith('.zh-CN.md'))

describe('the docs site', () => {
  const pages = sitePages()

  test('has every page in both languages', () => {
    const places = pages.map(({ language, route }) => placeOf(language, route))
    assert.equal(new Set(places).size, places.length)
    assert.deepEqual(
      places.filter((place) => place.endsWith('.md.md')),
      [],
    )
    assert.ok(english.length > 50)
    for (const source of english)
      for (const language of languages) {
        const place = placeOf(language, routeOf(source))
        assert.ok(places.includes(place), `${place} is missing, which is made of ${source}`)
      }
  })

  test('leads from each page to pages and headings that there are', () => {
    const headings = new Map(
      pages.map(({ language, route, text }) => [
        `/${placeOf(language, route)}`,
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slugOf(title)),
      ]),
    )
    const broken = pages.flatMap(({ source, text }) =>
      [...text.matchAll(/\]\((\/[^)\s#]+)(?:#([^)\s]+))?\)/g)]
        .filter(([, place = '', heading]) => {
          const there = headings.get(place)
          return there === undefined || (heading !== undefined && !there.includes(heading))
        })
        .map(([link]) => `${source}: ${link}`),
    )
    assert.deepEqual(broken, [])
  })

  test('lists the pages that the READMEs list, which are all', () => {
    for (const language of languages) {
      const listed = listedPages(language).flatMap(({ pages: each }) => each)
      assert.deepEqual(
        listed.filter(({ title }) => title === ''),
        [],
      )
      const readme = language === 'zh-CN' ? 'README.zh-CN.md' : 'README.md'
      for (const page of english.filter((each) => each !== 'README.md' && !ofContributors.includes(each))) {
        const source = language === 'zh-CN' && sources.includes(twinOf(page)) ? twinOf(page) : page
        const isListed = listed.some((each) => each.source === source)
        assert.ok(isListed, `${readme} has no link to ${source}: add a line to its table of what is where`)
      }
    }
  })
})

test('every page that users read has a Chinese twin', () => {
  for (const source of english.filter((each) => !ofContributors.includes(each)))
    assert.ok(sources.includes(twinOf(source)), `${twinOf(source)} is missing: translate ${source}`)
  assert.deepEqual(
    ofContributors.filter((source) => !english.includes(source) || sources.includes(twinOf(source))),
    [],
    'no longer English only, or gone: take it out of the list in test/tools/site/pages.ts',
  )
})
