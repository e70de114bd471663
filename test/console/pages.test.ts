import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessibilityFaults } from '../kit/chromium.ts'
import { type ConsoleFixture, go, startConsole } from '../kit/console.ts'

let console: ConsoleFixture
before(async () => {
  console = await startConsole()
})
after(() => console?.close())

const pages = ['overview', 'keys', 'secrets', 'applications', 'instances', 'access', 'activity', 'events', 'system']

for (const look of [
  { language: 'en-US', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
] as const)
  test(`every page of the menu can be used by everybody: ${look.language}, ${look.theme}`, async () => {
    const page = await console.visit('/overview', look)
    const faults: string[] = []
    for (const path of pages) {
      await go(page, `/${path}`)
      for (const fault of await accessibilityFaults(page)) faults.push(`${path}: ${fault}`)
    }
    assert.deepEqual(faults, [])
    await console.leave(page)
  })
