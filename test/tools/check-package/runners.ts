import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A test runner that loads modules in a way of its own. */
export interface Runner {
  /** with its version, as npm installs it */
  readonly package: string
  readonly argv: readonly string[]
}

/** A machine with much to do is no failure. */
const patience = 60_000

export const runners: readonly Runner[] = [
  {
    package: 'vitest@5.1.1',
    argv: ['node_modules/vitest/vitest.mjs', 'run', '--globals', `--hookTimeout=${patience}`],
  },
  {
    package: 'jest@30.5.2',
    argv: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--transform={}', `--testTimeout=${patience}`],
  },
]

/** The test of the guide, which is written for both. */
export function testOfGuide(root: string): string {
  const guide = readFileSync(join(root, 'docs/guides/testing.md'), 'utf8')
  const [, test] = /^```js\n([\s\S]*?)^```$/m.exec(guide) ?? []
  if (test === undefined) throw new Error('docs/guides/testing.md has no test in JavaScript')
  return test
}
