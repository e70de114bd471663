import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { keys } from '../../src/core/keys/key.ts'
import { accessibilityFaults } from '../kit/chromium.ts'
import { type ConsoleFixture, go, settled, startConsole } from '../kit/console.ts'
import {
  innerPages,
  makeThings,
  menuPages,
  open,
  openedViews,
  sayIn,
  type Things,
  type View,
} from '../kit/console-views.ts'
import { layoutFaults } from '../kit/layout.ts'
import { pictureFault } from '../kit/pictures.ts'

let console: ConsoleFixture
let things: Things
before(async () => {
  console = await startConsole()
  things = await makeThings(console.server)
})
after(() => console?.close())

const every = (offset: number, views: readonly View[]): View[] => views.filter((_, index) => index % 2 === offset)

/** What a view is called in a fault. */
const named = ({ path, clicks = [] }: View): string => [path, ...clicks].join(' > ')

/** Pages whose words are much the same from run to run; the others show what was done when. */
const pictured = ['keys', 'secrets', 'applications', 'instances', 'access', 'events']

test('pages look as they are known to look, light and dark', async () => {
  const faults: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    const page = await console.visit('/overview', { theme })
    for (const name of pictured) {
      await go(page, `/${name}`)
      const fault = await pictureFault(page, `${name}-${theme}`)
      if (fault !== undefined) faults.push(fault)
    }
    await console.leave(page)
  }
  assert.deepEqual(faults, [])
})

/** Pages of the menu in each look; what is within them in one of the two. */
for (const [offset, look] of (
  [
    { language: 'en-US', theme: 'light' },
    { language: 'zh-CN', theme: 'dark' },
  ] as const
).entries())
  test(`every page, drawer and dialog can be used by everybody: ${look.language}, ${look.theme}`, async () => {
    const page = await console.visit('/overview', look)
    const faults: string[] = []
    for (const view of [...menuPages, ...every(offset, innerPages(things)), ...every(offset, openedViews(things))]) {
      await go(page, view.path)
      await open(page, view, sayIn(look.language))
      await settled(page)
      const found = [...(await accessibilityFaults(page)), ...(await layoutFaults(page))]
      for (const fault of found) faults.push(`${named(view)}: ${fault}`)
      // what is open goes with its page, so that it does not lie on the next one
      if (view.clicks) await go(page, '/nowhere')
    }
    assert.deepEqual(faults, [])
    await console.leave(page)
  })

test('in a window of 390 pixels everything is within reach', async () => {
  const page = await console.visit('/overview', { width: 390 })
  // the help with the keys of the keyboard is not offered there
  const opened = every(0, openedViews(things)).filter(({ path }) => path !== '/system')
  const faults: string[] = []
  for (const view of [...menuPages, ...innerPages(things), ...opened]) {
    await go(page, view.path)
    await open(page, view, sayIn('en-US'))
    await settled(page)
    for (const fault of await layoutFaults(page)) faults.push(`${named(view)}: ${fault}`)
    if (view.clicks) await go(page, '/nowhere')
  }
  assert.deepEqual(faults, [])
  await console.leave(page)
})

test('a list of ten thousand keys is gone through page by page, and filtered', async (context) => {
  const { kms } = console.server
  const one = await kms.records.get(keys, things.externalKeyId)
  assert.ok(one)
  for (let made = 0; made < 10_000; made += 1000)
    await kms.records.transaction(async (transaction) => {
      for (let count = 0; count < 1000; count++) await transaction.insert(keys, randomUUID(), one.body)
    })
  const page = await console.visit('/keys')
  const total = page.locator('.ant-pagination-total-text')
  const rows = page.getByRole('row').filter({ has: page.getByRole('checkbox') })
  /** Until the rows are there, with what each asks for itself: told, not asserted, since machines differ. */
  async function took(what: string, work: () => Promise<unknown>): Promise<void> {
    const began = performance.now()
    await work()
    await settled(page)
    context.diagnostic(`${what}: ${Math.round(performance.now() - began)} ms`)
  }
  await total.getByText(/^100\d\d in all$/).waitFor()
  const [first = ''] = await page.locator('td .mono a').allInnerTexts()
  await took('last page', async () => {
    await page.locator('.ant-pagination-item').last().click()
    await page.getByText(first, { exact: true }).waitFor({ state: 'detached' })
  })
  assert.match(page.url(), /page=50\d/)
  await took('back to the first', async () => {
    await page.goBack()
    await page.getByText(first, { exact: true }).waitFor()
  })
  await took('by state', async () => {
    await go(page, '/keys?state=Enabled')
    await page.getByRole('link', { name: 'alias/shop/orders' }).waitFor()
  })
  await rows.nth(10).waitFor({ state: 'detached' })
  await took('by alias', async () => {
    await go(page, '/keys?alias=alias/shop/orders')
    await rows.nth(2).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'alias/shop/orders' }).waitFor()
  })
  assert.equal(await page.getByLabel('Whole alias: alias/…').count(), 1)
  await console.leave(page)
})
