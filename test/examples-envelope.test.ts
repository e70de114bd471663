import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { MemoryKms } from './kit/envelope-kms.ts'
import { serving } from './kit/envelope-service.ts'

const examples: readonly [string, readonly string[]][] = [
  [
    'envelope-encryption.ts',
    [
      'encrypted with AES_256_GCM',
      '2900019 bytes for alias/Apollo/WorkKey and alias/Apollo/BackupKey',
      'one line: 2024-01-01,Hangzhou,12345.67',
      'rewrapped in place',
      'the same again',
    ],
  ],
  [
    'envelope-records.ts',
    ['200 rows, 1 data key held', 'row 0', 'sdk-message, AES_GCM_NOPADDING_256, acs:kms:cn-hangzhou:…'],
  ],
]

for (const [name, expected] of examples)
  test(`examples/${name} runs and says what it should`, async () => {
    const server = await serving(new MemoryKms('alias/Apollo/WorkKey', 'alias/Apollo/BackupKey'))
    const folder = mkdtempSync(join(tmpdir(), 'keyhaven-example-'))
    try {
      const settings = join(folder, 'client.json')
      const { endpoint } = server
      writeFileSync(
        settings,
        JSON.stringify({ endpoint, regionId: 'cn-hangzhou', accessKeyId: 'id', accessKeySecret: 'secret' }),
      )
      const program = join(import.meta.dirname, '../examples', name)
      const { stdout } = await promisify(execFile)(process.execPath, [program], {
        env: { ...process.env, KEYHAVEN_CLIENT: settings },
      })
      assert.deepEqual(stdout.trimEnd().split('\n'), expected)
    } finally {
      await server.close()
      rmSync(folder, { recursive: true })
    }
  })
