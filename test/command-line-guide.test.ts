import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startKeyhaven } from '../src/testing/index.ts'
import { folderWith } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'

for (const page of pagesToRun('command-line'))
  test(`the commands of ${page} run as written`, async () => {
    await using kms = await startKeyhaven()
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, content = '']) => content)
    const { accessKeyId, accessKeySecret } = kms.accessKey
    const cwd = folderWith()
    const env = {
      ...{ PATH: pathWithKeyhaven(), HOME: cwd, KEYHAVEN_ENDPOINT: kms.endpoint, KEYHAVEN_CA_FILE: kms.caFile },
      ...{ KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret },
    }
    await promisify(execFile)('sh', ['-euc', commands.join('\n')], { env, cwd })
    const called = kms.records().map(({ action }) => action)
    assert.deepEqual(called.slice(-3), ['CreateKey', 'CreateAlias', 'DeleteAlias'])
    assert.ok(readFileSync(join(cwd, 'keyhaven.fish'), 'utf8').includes('complete -c keyhaven'))
  })
