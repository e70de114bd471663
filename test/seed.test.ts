import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { stringify } from 'yaml'
import { RamClient } from '../src/sdk/index.ts'
import { type Seed, startKeyhaven } from '../src/testing/index.ts'
import { runKeyhaven, startKeyhaven as startServer } from './kit/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-seed-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : stringify(content))
  return path
}

const keyId = '11111111-2222-3333-4444-555555555555'
const ecPem = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMnOrUrXr8rwne7d8f01cfwmpS/w+K7jcyWmmeLDgWKaoAoGCCqGSM49
AwEHoUQDQgAEYNMBBZ3h1ipuph1iO5k+yLvTs94UN71quXN3f0P/tprs2Fp2FEas
M7m7XZ2xlDK3wcEAs1QEIoQjjwnhcptQ6A==
-----END EC PRIVATE KEY-----
`
const hex = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
const statement = { Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }

const whole: Seed = {
  accountId: '1234567890123456',
  accessKey: { id: 'LTAIroot', secret: 'rootsecret' },
  keys: [
    { id: keyId, aliases: ['alias/orders'], tags: { env: 'test' }, rotation: '30d', material: { hex } },
    {
      ...{ id: 'key-abcdefghijklmnopqrstu', instance: 'default', spec: 'EC_P256', usage: 'SIGN/VERIFY' },
      ...{ aliases: ['alias/sign'], material: { pem: ecPem }, deletionProtection: true },
    },
    {
      id: 'two-versions',
      versions: [{ hex }, { hex: [...hex].reverse().join(''), createdAt: '2026-02-01T00:00:00Z' }],
    },
    { id: 'made-here', spec: 'HMAC_SHA_256', usage: 'GENERATE/VERIFY_MAC' },
    { id: 'off', state: 'Disabled', material: { hex } },
    { id: 'waiting', origin: 'EXTERNAL' },
    { id: 'leaving', state: 'PendingDeletion', createdAt: '2026-01-01T00:00:00Z' },
  ],
  policies: [{ name: 'only-encrypt', document: { Version: '1', Statement: [statement] } }],
  users: [
    {
      ...{ name: 'alice', policies: ['only-encrypt', 'AliyunKMSReadOnlyAccess'] },
      accessKeys: [{ id: 'LTAIalice', secret: 'alicesecret' }],
    },
  ],
  roles: [
    {
      ...{ name: 'deploy', policies: ['only-encrypt'] },
      trust: {
        Version: '1',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:root'] } },
        ],
      },
    },
  ],
  applications: [{ name: 'shop', clientKeyFile: 'shop.json', password: 'Shop12345' }],
  secrets: [
    {
      ...{ name: 'db/password', key: 'alias/orders', tags: { env: 'test' } },
      versions: [
        { id: 'v1', value: 'one' },
        { id: 'v2', value: 'two' },
        { id: 'v3', value: 'dGhyZWU=', dataType: 'binary', stages: ['next'] },
      ],
    },
  ],
}

describe('a seed', () => {
  test('is there from the start, with ids, secrets and material of its own', async () => {
    const seed = file('whole.yaml', whole)
    await using kms = await startKeyhaven({ seed })
    assert.equal(kms.accountId, '1234567890123456')
    assert.deepEqual(kms.accessKey, { accessKeyId: 'LTAIroot', accessKeySecret: 'rootsecret' })
    const client = kms.client()
    const states = await Promise.all(
      (whole.keys ?? []).map(async ({ id }) => (await client.describeKey({ keyId: id })).keyMetadata.keyState),
    )
    assert.deepEqual(states, [
      ...['Enabled', 'Enabled', 'Enabled', 'Enabled', 'Disabled', 'PendingImport', 'PendingDeletion'],
    ])
    const { keyMetadata } = await client.describeKey({ keyId: 'alias/orders' })
    assert.deepEqual([keyMetadata.keyId, keyMetadata.rotationInterval], [keyId, '2592000s'])
    assert.equal((await client.getSecretValue({ secretName: 'db/password' })).secretData, 'two')
    const previous = await client.getSecretValue({ secretName: 'db/password', versionStage: 'ACSPrevious' })
    assert.equal(previous.secretData, 'one')
    const alice = kms.client({ accessKeyId: 'LTAIalice', accessKeySecret: 'alicesecret' })
    await alice.encrypt({ keyId, plaintext: 'hello' })
    await assert.rejects(alice.getSecretValue({ secretName: 'db/password' }), { code: 'Forbidden.NoPermission' })
    const shop = await kms.instanceClient({ clientKeyFile: join(folder, 'shop.json'), password: 'Shop12345' })
    assert.equal((await shop.getSecretValue({ secretName: 'db/password' })).secretData, 'two')
  })

  test('opens at another start what was encrypted at this one', async () => {
    const seed = file('whole.yaml', whole)
    const clientKeyContent = readFileSync(join(folder, 'shop.json'), 'utf8')
    const ciphertexts = await (async () => {
      await using kms = await startKeyhaven({ seed })
      const encrypted = ['two-versions', keyId].map((id) => kms.client().encrypt({ keyId: id, plaintext: 'hello' }))
      return (await Promise.all(encrypted)).map(({ ciphertextBlob }) => ciphertextBlob)
    })()
    await using kms = await startKeyhaven({ seed })
    for (const ciphertextBlob of ciphertexts)
      assert.equal(Buffer.from((await kms.client().decrypt({ ciphertextBlob })).plaintext).toString(), 'hello')
    // The ClientKey file of the first start still counts.
    assert.equal(readFileSync(join(folder, 'shop.json'), 'utf8'), clientKeyContent)
    await (await kms.instanceClient({ clientKeyContent, password: 'Shop12345' })).generateRandom({ length: 8 })
  })

  test('of another KMS for tests is read as it is', async () => {
    const seed = file(
      'local-kms.yaml',
      [
        'Keys:',
        '  Symmetric:',
        '    Aes:',
        '      - Metadata: { KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc, Description: first }',
        `        BackingKeys: [${hex}, ${hex.replace('00', 'ff')}]`,
        '      - Metadata: { KeyId: 5d05267f-bb87-4d0b-8594-295a4371d414, Origin: EXTERNAL }',
        '  Asymmetric:',
        '    Ecc:',
        '      - Metadata: { KeyId: 800d5768-3fd7-4edd-a4b8-4c81c3e4c147, KeyUsage: SIGN_VERIFY }',
        `        PrivateKeyPem: ${JSON.stringify(ecPem)}`,
        'Aliases:',
        '  - { AliasName: alias/testing, TargetKeyId: bc436485-5092-42b8-92a3-0aa8b93536dc }',
      ].join('\n'),
    )
    await using kms = await startKeyhaven({ seed })
    const client = kms.client()
    const { keyMetadata } = await client.describeKey({ keyId: 'alias/testing' })
    assert.equal((await client.listKeyVersions({ keyId: keyMetadata.keyId })).totalCount, 2)
    const waiting = await client.describeKey({ keyId: '5d05267f-bb87-4d0b-8594-295a4371d414' })
    assert.equal(waiting.keyMetadata.keyState, 'PendingImport')
    const ec = await client.describeKey({ keyId: '800d5768-3fd7-4edd-a4b8-4c81c3e4c147' })
    assert.equal(ec.keyMetadata.keySpec, 'EC_P256')
  })

  test('that cannot be is refused in one line that says where', async () => {
    const key = { id: 'a', material: { hex } }
    const refusals: readonly (readonly [unknown, string])[] = [
      [{ keys: [key, key] }, 'seed: key "a" is there twice'],
      [
        { keys: [{ ...key, material: { hex: '0001' } }] },
        'keys[0].versions[0]: 32 bytes, not all alike, of Aliyun_AES_256 is needed',
      ],
      [{ keys: [{ ...key, colour: 'red' }] }, 'keys[0]: has no member "colour"'],
      [{ keys: [{ ...key, spec: 'AES' }] }, 'keys[0].spec: Invalid option'],
      [
        { keys: [{ id: 'a', spec: 'RSA_2048', material: { pem: ecPem } }] },
        'keys[0].versions[0]: a private key of RSA_2048 is needed',
      ],
      [{ keys: [{ ...key, material: { hex, base64: 'AAAA' } }] }, 'keys[0].material: needs one of hex, base64 and pem'],
      [{ keys: [{ ...key, aliases: ['orders'] }] }, 'AliasName'],
      [{ keys: [{ ...key, usage: 'SIGN/VERIFY' }] }, 'keys[0]: The specified parameter "KeyUsage"'],
      [{ keys: [{ ...key, rotation: '1d' }] }, 'RotationInterval'],
      [{ keys: [{ ...key, instance: 'elsewhere' }] }, 'there is no instance "elsewhere"'],
      [{ users: [{ name: 'a', policies: ['none'] }] }, 'users[0].policies[0]'],
      [{ secrets: [{ name: 'a', key: 'alias/none', versions: [{ id: '1', value: 'x' }] }] }, 'secrets[0].versions[0]'],
      [{ applications: [{ name: 'a', clientKeyFile: 'a.json' }] }, 'needs both clientKeyFile and password'],
      [{ accountId: '12' }, 'accountId: is not 16 digits'],
      ['keys: [', 'bad.yaml: '],
    ]
    for (const [content, text] of refusals) {
      const seed = file('bad.yaml', content)
      await assert.rejects(startKeyhaven({ seed }), (error: Error) => {
        assert.ok(error.message.includes(text), `${error.message} has not ${text}`)
        assert.ok(!error.message.includes('\n'))
        return true
      })
    }
    await assert.rejects(startKeyhaven({ seed: join(folder, 'none.yaml') }), /does not exist/)
    assert.ok(!existsSync(join(folder, 'a.json')))
  })

  test('may come in several files, or as an object', async () => {
    const seed = [file('one.yaml', { keys: [{ id: 'one' }] }), file('two.json', '{"keys":[{"id":"two"}]}')]
    await using kms = await startKeyhaven({ seed })
    assert.equal((await kms.client().listKeys({})).totalCount, 2)
    const { keys } = whole
    await using other = await startKeyhaven({ seed: { keys } })
    assert.equal((await other.client().listKeys({})).totalCount, keys?.length)
    await using ram = new RamClient({ endpoint: other.httpEndpoint, ...other.accessKey })
    assert.equal((await ram.listUsers({})).users.user.length, 0)
  })
})

describe('keyhaven server --seed', () => {
  const data = join(folder, 'data')
  const ports = ['--https', '127.0.0.1:0', '--http', '127.0.0.1:0', '--data', data]
  const json = async (...words: string[]) =>
    JSON.parse((await runKeyhaven(['--data', data, '--json', ...words])).stdout)

  test('starts again and again on the same seed, and writes down what there is', async () => {
    const seed = file('whole.yaml', whole)
    const first = await startServer(['server', '--dev', ...ports, '--seed', seed])
    await first.stop()
    const server = await startServer(['server', '--dev', ...ports], { env: { KEYHAVEN_SEED: seed } })
    try {
      assert.match(server.output().stderr, /seed: 0 made, \d+ there already/)
      const exported = join(folder, 'exported.yaml')
      assert.equal((await runKeyhaven(['--data', data, 'seed', 'export', exported])).status, 0)
      assert.equal(statSync(exported).mode & 0o777, 0o600)
      assert.deepEqual(await json('seed', 'check', exported), {
        ...{ Instances: 1, Keys: 7, Policies: 1, Users: 1, Roles: 1, Applications: 1, Secrets: 1 },
      })
      const { ciphertextBlob } = await (async () => {
        await using kms = await startKeyhaven({ seed: exported })
        assert.equal((await kms.client().getSecretValue({ secretName: 'db/password' })).secretData, 'two')
        await kms.client().describeKey({ keyId: 'alias/sign' })
        await kms.instanceClient({ clientKeyFile: join(folder, 'shop.json'), password: 'Shop12345' })
        return await kms.client().encrypt({ keyId: 'two-versions', plaintext: 'hello' })
      })()
      const decrypted = await json('kms', 'Decrypt', '--CiphertextBlob', Buffer.from(ciphertextBlob).toString('base64'))
      assert.equal(decrypted.Plaintext, 'hello')
    } finally {
      await server.stop()
    }
  })

  test('is for development alone, and says in one line what is wrong', async () => {
    const seed = file('one.yaml', { keys: [{ id: 'one' }] })
    const refused = async (words: readonly string[], message: RegExp) => {
      const { status, stderr } = await runKeyhaven(words)
      assert.equal(status, 1)
      assert.match(stderr, message)
      assert.equal(stderr.trim().split('\n').length, 1)
    }
    await refused(['server', ...ports.slice(0, 2), '--data', data, '--seed', seed], /seed: only development mode/)
    await refused(
      ['server', '--dev', ...ports, '--seed', file('bad.yaml', '{"keys":[{"id":"a b"}]}')],
      /bad.yaml: keys\[0\]\.id/,
    )
    await refused(['server', '--dev', ...ports, '--seed', join(folder, 'none.yaml')], /none.yaml does not exist/)
    await refused(['--data', join(folder, 'nowhere'), 'seed', 'export'], /no data directory/)
    await refused(
      ['seed', 'check', file('bad.yaml', { secrets: [{ name: 'a', versions: [] }] })],
      /secrets\[0\]\.versions/,
    )
  })
})
