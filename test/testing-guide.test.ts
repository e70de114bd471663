import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { pagesToRun } from './kit/guides.ts'

const root = join(import.meta.dirname, '..')
const door = pathToFileURL(join(root, 'src/testing/index.ts')).href

for (const page of pagesToRun('testing').map((name) => `docs/guides/${name}`)) {
  test(`the tests in ${page} run as written, and pass`, () => {
    const snippets = [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    assert.ok(snippets.length >= 2)
    const folder = mkdtempSync(join(tmpdir(), 'keyhaven-guide-'))
    try {
      const files = snippets.map(([, text = ''], index) => {
        const file = join(folder, `${index}.test.mts`)
        // Only the door is named as the package would be: it is not installed here.
        writeFileSync(file, text.replace("'keyhaven/testing'", `'${door}'`))
        return file
      })
      const argv = ['--disable-warning=ExperimentalWarning', '--test', ...files]
      // The runner takes this for a test of its own as long as it hears of the outer one.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8', env })
      assert.equal(status, 0, stdout)
      assert.match(stdout, new RegExp(`pass ${snippets.length}\\b`))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
