import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { CreateUser } from '../src/api/ram.ts'
import { newAccessKey } from '../src/core/ram/create-access-key.ts'
import { createUser } from '../src/core/ram/create-user.ts'
import { actor } from './kit/calls.ts'
import { folderWith } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'
import { opensslMissing } from './kit/openssl.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

type AccessKey = Pick<TestServer, 'accessKeyId' | 'accessKeySecret'>

for (const page of pagesToRun('client-certificates'))
  test(`the commands of ${page} run as written`, { skip: opensslMissing }, async () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const blocks = (language: string): readonly string[] =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)
    const [making = '', showing = ''] = blocks('console').map((block) => block.replaceAll(/^\$ /gm, ''))
    const [rules = '', config = '{}'] = blocks('json')
    const cwd = folderWith({ 'principals.json': rules })
    const run = async (commands: string, { endpoint, caFile }: TestServer, key: AccessKey) =>
      promisify(execFile)('sh', ['-euc', commands], {
        cwd,
        env: {
          ...{ PATH: pathWithKeyhaven(), HOME: cwd, KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_CA_FILE: caFile },
          ...{ KEYHAVEN_ACCESS_KEY_ID: key.accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: key.accessKeySecret },
        },
      })
    const issuer = await startTestServer()
    await run(making, issuer, issuer).finally(() => issuer.close())

    const { health, clientCaFile, clientPrincipalsFile, ...modes } = JSON.parse(config)
    const files = {
      clientCaFile: join(cwd, clientCaFile),
      clientPrincipalsFile: join(cwd, clientPrincipalsFile),
    }
    const server = await startTestServer({ config: { ...modes, ...files, health: '127.0.0.1:0' } })
    try {
      await actor(server.kms)(CreateUser, createUser, { userName: 'alice' })
      const alice = await newAccessKey(server.kms, server.accountId, 'alice')
      const probes = new URL(server.service.healthEndpoint ?? '').host
      const { stdout } = await run(showing.replace(health, probes), server, alice)
      assert.match(stdout, /:user\/alice/)
      assert.match(stdout, /"status":"ok"/)
      writeFileSync(join(cwd, 'principals.json'), '[{ "commonName": "bob", "principals": ["user/bob"] }]')
      await server.service.reload()
      await assert.rejects(run(showing, server, alice), { stderr: /Forbidden\.ClientCertificate/ })
    } finally {
      await server.close()
    }
  })
