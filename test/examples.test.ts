import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { metadataServer } from '../src/cli/metadata/service.ts'
import { Client, RamClient, StsClient } from '../src/sdk/index.ts'
import { type Assumer, newAssumer } from './kit/assumer.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

const run = promisify(execFile)
const examples = join(import.meta.dirname, '../examples')
const roleName = 'BackupJob'
/** Run by examples-client.test.ts, with what an application is handed. */
const elsewhere = new Set([
  'settings.ts',
  'client-public.ts',
  'client-instance.ts',
  'client-both.ts',
  'transfer-client.ts',
])

describe('every example runs against a started server', () => {
  let server: TestServer
  let environment: Record<string, string> = {}
  let metadata: ReturnType<typeof metadataServer>

  before(async () => {
    server = await startTestServer()
    const { endpoint, httpEndpoint, caFile, regionId, accountId, accessKeyId, accessKeySecret } = server
    const settings = { endpoint, httpEndpoint, caFile, regionId, accountId, accessKeyId, accessKeySecret }
    const file = join(server.data, 'client.json')
    writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
    await using client = new Client(settings)
    for (const aliasName of ['alias/Apollo/WorkKey', 'alias/Apollo/BackupKey']) {
      const { keyMetadata } = await client.createKey({})
      await client.createAlias({ keyId: keyMetadata.keyId, aliasName })
    }
    const assumer = await giveRole(settings)
    metadata = await startMetadata({ ...settings, ...assumer })
    const address = metadata.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    environment = {
      ...{ KEYHAVEN_CLIENT: file, KEYHAVEN_METADATA: `http://127.0.0.1:${port}`, KEYHAVEN_ROLE: roleName },
      ...{ KEYHAVEN_ACCESS_KEY_ID: assumer.accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: assumer.accessKeySecret },
    }
  })
  after(async () => {
    metadata.closeAllConnections()
    metadata.close()
    await server.close()
  })

  /** What each example prints; one that is missing here fails. */
  const prints: Readonly<Record<string, RegExp>> = {
    'backoff.ts': /^100 calls, 100 attempts, 0 repeated, 0 given up$/m,
    'ecs-role.ts': /: hello$/m,
    'sts.ts': /: hello$/m,
    'envelope-encryption.ts': /./,
    'envelope-records.ts': /^200 rows, 1 data key held\nrow 0$/m,
  }
  for (const name of readdirSync(examples).filter((file) => file.endsWith('.ts') && !elsewhere.has(file))) {
    test(name, async () => {
      const { stdout } = await run(process.execPath, [join(examples, name)], {
        cwd: server.data,
        env: { ...process.env, ...environment },
        timeout: 60_000,
      })
      assert.match(stdout, prints[name] ?? /$never: say above what this example prints/)
    })
  }
})

type Settings = ConstructorParameters<typeof RamClient>[0] & { readonly accountId: string }

async function giveRole(settings: Settings): Promise<Assumer> {
  await using ram = new RamClient(settings)
  const Principal = { RAM: [`acs:ram::${settings.accountId}:root`] }
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]
  await ram.createRole({ roleName, assumeRolePolicyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram.attachPolicyToRole({ roleName, policyType: 'System', policyName: 'AliyunKMSCryptoUserAccess' })
  return await newAssumer(ram)
}

async function startMetadata(settings: Settings): Promise<ReturnType<typeof metadataServer>> {
  const roleArn = `acs:ram::${settings.accountId}:role/${roleName}`
  const service = metadataServer({
    roleName,
    regionId: 'cn-hangzhou',
    requireToken: true,
    assume: async () => {
      await using sts = new StsClient(settings)
      return (await sts.assumeRole({ roleArn, roleSessionName: 'metadata' })).credentials
    },
    now: () => new Date(),
    onFailure: (error) => {
      throw error
    },
  })
  return new Promise((resolve) => service.listen(0, '127.0.0.1', () => resolve(service)))
}
