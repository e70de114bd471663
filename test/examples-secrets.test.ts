import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { keyhavenOnPath } from './kit/keyhaven-on-path.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { stepsOf } from './kit/transcripts.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'examples/secrets/README.md'), 'utf8')
const steps = ['npx node examples/secrets/', 'sh examples/secrets/'].flatMap((beginning) => stepsOf(page, beginning))

let server: TestServer
let postgres: PostgresServer
let env: Record<string, string>

before(async () => {
  postgres = await startPostgres()
  const database = new URL(await postgres.createDatabase())
  server = await startTestServer({ config: { rotationHosts: [database.host] } })
  const { endpoint, caFile, accessKeyId, accessKeySecret, data } = server
  const clientFile = join(data, 'example-client.json')
  writeFileSync(clientFile, JSON.stringify({ endpoint, caFile, accessKeyId, accessKeySecret }))
  env = { ...keyhavenOnPath(server), KEYHAVEN_CLIENT: clientFile, DATABASE_URL: String(database) }
})
after(async () => {
  await server.close()
  await postgres.stop()
})

test('the page shows every program', () => {
  const programs = readdirSync(join(root, 'examples/secrets')).filter((name) => !name.endsWith('.md'))
  assert.deepEqual(new Set(steps.map(({ command }) => basename(command.at(-1) ?? ''))), new Set(programs))
})

for (const { command, check } of steps)
  test(`${command.join(' ')} prints what the page shows, and leaves nothing behind`, async () => {
    const program = join(root, command.at(-1) ?? '')
    const interpreter = command[0] === 'sh' ? 'sh' : process.execPath
    for (let run = 1; run <= 2; run++) check((await promisify(execFile)(interpreter, [program], { env })).stdout)
  })
