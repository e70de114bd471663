import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { Client } from '../src/sdk/client.ts'
import { everyItem } from '../src/sdk/every-item.ts'
import { type Keyhaven, type Seed, startKeyhaven } from '../src/testing/index.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'

const [sourceAccount, targetAccount] = ['1111222233334444', '5555666677778888']
const [sourceInstance, targetInstance] = ['kst-source', 'kst-target']
const id = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`
const [plain, disabled, going, external] = [id(1), id(2), id(3), id(4)]
const [without, signing, inInstance, other] = [id(5), id(6), id(7), id(8)]
const material = '0123456789abcdef'.repeat(4)

const policyNaming = (principal: string): string =>
  JSON.stringify({
    Version: '1',
    Statement: [
      {
        Sid: 'a',
        Effect: 'Allow',
        Principal: { RAM: [`acs:ram::${sourceAccount}:*`] },
        Action: ['kms:*'],
        Resource: ['*'],
      },
      {
        ...{ Sid: 'b', Effect: 'Allow', Principal: { RAM: [principal] }, Action: ['kms:Decrypt'] },
        Resource: ['*'],
      },
    ],
  })

const [oldest, earlier, current] = ['value-of-the-first', 'value-of-the-second', 'value-of-the-third']
const bytes = 'dmFsdWUtaW4tYnl0ZXM='

const seed: Seed = {
  accountId: sourceAccount,
  instances: [{ id: sourceInstance }],
  users: [{ name: 'clerk', accessKeys: [{ id: 'clerkId', secret: 'clerkSecret' }], policies: ['look'] }],
  policies: [
    {
      name: 'look',
      document: {
        Version: '1',
        Statement: [
          { Effect: 'Allow', Action: ['kms:List*', 'kms:Describe*', 'kms:Get*', 'kms:Decrypt'], Resource: '*' },
          { Effect: 'Deny', Action: ['kms:ListResourceTags', 'kms:GetKeyPolicy'], Resource: '*' },
          { Effect: 'Deny', Action: 'kms:GetSecretValue', Resource: `acs:kms:*:*:secret/db/password` },
          { Effect: 'Deny', Action: 'kms:DescribeKey', Resource: `acs:kms:*:*:key/${disabled}` },
        ],
      },
    },
  ],
  keys: [
    {
      ...{ id: plain, description: 'of the orders', aliases: ['alias/orders', 'alias/bills'], rotation: '30d' },
      ...{ tags: { team: 'a', stage: 'test' }, deletionProtection: true },
    },
    { id: disabled, state: 'Disabled', aliases: ['alias/disabled'], tags: { team: 'b' }, rotation: '30d' },
    { id: going, state: 'PendingDeletion', aliases: ['alias/going'], tags: { team: 'c' } },
    { id: external, origin: 'EXTERNAL', material: { hex: material } },
    { id: without, origin: 'EXTERNAL' },
    { id: signing, spec: 'EC_P256', usage: 'SIGN/VERIFY' },
    {
      ...{ id: inInstance, instance: sourceInstance },
      policy: policyNaming(`acs:ram::${sourceAccount}:role/reader`),
    },
    { id: other, spec: 'HMAC_SHA_256', usage: 'GENERATE/VERIFY_MAC' },
  ],
  secrets: [
    {
      ...{ name: 'db/password', description: 'of the database', tags: { team: 'a' }, key: plain },
      versions: [
        { id: 'v1', value: oldest, stages: ['oldest'] },
        { id: 'v2', value: earlier, stages: ['ACSPrevious', 'kept'] },
        { id: 'v3', value: current, stages: ['ACSCurrent'] },
      ],
    },
    { name: 'bytes', versions: [{ id: 'only', value: bytes, dataType: 'binary' }] },
    {
      ...{ name: 'in/instance', instance: sourceInstance, key: inInstance },
      ...{ policy: policyNaming(`acs:ram::${sourceAccount}:*`), versions: [{ id: 'v1', value: 'inside' }] },
    },
  ],
}

const targetSeed: Seed = {
  accountId: targetAccount,
  instances: [{ id: targetInstance }],
  roles: [{ name: 'reader', trust: trustOf(targetAccount), policies: [] }],
  keys: [{ id: 'there-before', aliases: ['alias/there'] }],
}

function trustOf(accountId: string) {
  const Principal = { RAM: [`acs:ram::${accountId}:root`] }
  return { Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }] }
}

let source: Keyhaven
let target: Keyhaven
let cwd = ''
before(async () => {
  source = await startKeyhaven({
    seed: { ...seed, roles: [{ name: 'reader', trust: trustOf(sourceAccount), policies: [] }] },
  })
  target = await startKeyhaven({ seed: targetSeed })
  const clientOf = ({ endpoint, caFile, regionId, accessKey }: Keyhaven, key = accessKey): string =>
    JSON.stringify({ endpoint, caFile, regionId, ...key })
  cwd = folderWith({
    'keyhaven-data/client.json': clientOf(target),
    'source/client.json': clientOf(source),
    'cloud/client.json': clientOf(source),
    'clerk/client.json': clientOf(source, { accessKeyId: 'clerkId', accessKeySecret: 'clerkSecret' }),
    [`material/${external}.hex`]: `${material}\n`,
  })
  await source.client().createSecret({
    ...{
      secretName: 'managed',
      versionId: 'v1',
      secretType: 'Rds',
      secretData: '{"Accounts":[{"AccountName":"u","AccountPassword":"p"}]}',
    },
    extendedConfig: '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1","CustomData":{}}',
  })
})
after(() => Promise.all([source.close(), target.close()]))

const words = ['--from', 'source', '--mapping', 'mapping.json', '--material', 'material']
const withInstance = ['--instance', `${sourceInstance}=${targetInstance}`]
const importCloud = (...more: readonly string[]) =>
  keyhaven(['import', 'cloud', ...words, ...withInstance, ...more], { cwd })
const mappingFile = () => join(cwd, 'mapping.json')
const mapping = () => JSON.parse(readFileSync(mappingFile(), 'utf8'))

describe('keyhaven import cloud', () => {
  beforeEach(async () => {
    await target.reset()
    rmSync(mappingFile(), { force: true })
  })

  test('--dry-run tells what would be done, and does nothing', async () => {
    const { status, out, err } = await importCloud('--dry-run')
    assert.equal(err, '')
    assert.equal(status, 0)
    assert.match(
      out,
      /^Would be brought from https:\/\/localhost:\d+ to https:\/\/localhost:\d+: 8 keys, 4 aliases, 3 secrets, 5 versions\n/,
    )
    assert.match(out, new RegExp(`stays +key ${plain} +material +no server gives it away`))
    assert.match(out, new RegExp(`stays +key ${without} +material +no file of --material`))
    assert.match(out, /stays +secret managed +secret +Rds: /)
    assert.match(out, new RegExp(`changed +secret in/instance +instance +${sourceInstance} → ${targetInstance}`))
    assert.equal(existsSync(mappingFile()), false)
    assert.deepEqual(writes(target), [])
  })

  test('brings everything over that can be, also when it is told to wait, and a second run changes nothing', async () => {
    for (const server of [source, target]) server.faults.add({ code: 'Rejected.Throttling', times: 2 })
    const { status, err } = await importCloud()
    assert.equal(err, '')
    assert.equal(status, 0)
    await assertMoved()
    assert.deepEqual(mapping().unfinished, [])
    assert.equal(statSync(mappingFile()).mode & 0o777, 0o600)
    const [content, calls] = [readFileSync(mappingFile(), 'utf8'), writes(target).length]
    const again = await importCloud()
    assert.equal(again.status, 0)
    assert.match(again.out, /: 0 keys, 0 aliases, 0 secrets, 0 versions\nFinished before: 11\n/)
    assert.equal(readFileSync(mappingFile(), 'utf8'), content)
    assert.equal(writes(target).length, calls)
  })

  test('goes on where a run was broken off, wherever that was, and doubles nothing', async () => {
    // The call is done, and nobody learns of it: as when the program is killed in that moment.
    for (const action of [
      ...['CreateKey', 'CreateKey', 'ImportKeyMaterial', 'CreateSecret', 'PutSecretValue', 'UpdateSecretVersionStage'],
      ...['UntagResource', 'TagResource', 'CreateSecret', 'CreateSecret', 'SetSecretPolicy', 'UpdateRotationPolicy'],
      ...['CreateAlias', 'SetDeletionProtection', 'DisableKey', 'ScheduleKeyDeletion', 'SetKeyPolicy'],
    ]) {
      target.faults.add({ action, times: 1, cutAfterBytes: 0 })
      const { status, err } = await keyhaven(['import', 'cloud', ...words, ...withInstance, '--timeout', '5'], { cwd })
      target.faults.clear()
      assert.equal(status, 1, action)
      assert.match(err, /^keyhaven: network: /, action)
    }
    const { status, err } = await importCloud()
    assert.deepEqual([status, err], [0, ''])
    await assertMoved()
  })

  test('takes for its own only what this move has marked', async () => {
    const client = target.client()
    const tag = (tagValue: string) => [{ tagKey: 'keyhaven-moved-from', tagValue }]
    await client.createKey({ origin: 'EXTERNAL', tags: tag(external) })
    await client.createSecret({
      secretName: 'bytes',
      versionId: 'own',
      secretData: 'of the target',
      tags: tag('bytes'),
    })
    target.faults.add({ action: 'CreateKey', times: 1, cutAfterBytes: 0 })
    await keyhaven(['import', 'cloud', ...words, ...withInstance, '--timeout', '5'], { cwd })
    target.faults.clear()
    assert.match(mapping().token, /^[0-9a-f]{32}$/)
    const { keys } = await client.listKeys({ filters: [{ key: 'TagKey', values: ['keyhaven-moved-from'] }] })
    const marks = await Promise.all(
      keys.key.map(async ({ keyId }) => (await client.listResourceTags({ keyId })).tags.tag[0]?.tagValue ?? ''),
    )
    const mark = marks.find((value) => value !== external) ?? ''
    const [, id = ''] = mark.split('/')
    const copied = (await client.createKey({ tags: tag(mark) })).keyMetadata.keyId
    const { status, out } = await importCloud()
    assert.equal(status, 1)
    assert.match(out, new RegExp(`refused +key ${id} +CreateKey +.* both bear the mark`))
    assert.match(out, /refused +secret bytes +CreateSecret +the target has a secret of this name already/)
    assert.equal(mapping().keys[id], undefined)
    const first = keys.key.map(({ keyId }) => keyId)
    for (const there of Object.values(mapping().keys)) assert.ok(![...first, copied].includes(String(there)))
    await client.untagResource({ keyId: copied, tagKeys: ['keyhaven-moved-from'] })
    await importCloud()
    assert.ok(first.includes(mapping().keys[id]))
  })

  test('says what the source may not be asked for, goes on, and brings the rest another time', async () => {
    const run = (from: string) =>
      keyhaven(['import', 'cloud', '--from', from, ...words.slice(2), ...withInstance, '--json'], { cwd })
    const first = await run('clerk')
    assert.equal(first.err, '')
    assert.equal(first.status, 1)
    const { Refused: refused } = JSON.parse(first.out) as { Refused: readonly Record<string, string>[] }
    const told = refused.map(({ What, Part, Why }) => `${What}: ${Part}: ${Why?.split(':')[0]}`)
    assert.deepEqual(
      told.filter((line) => !line.includes('ListResourceTags')),
      [
        `key ${disabled}: DescribeKey: Forbidden.NoPermission`,
        `key ${inInstance}: GetKeyPolicy: Forbidden.NoPermission`,
        'secret db/password: GetSecretValue v2: Forbidden.NoPermission',
      ],
    )
    assert.equal(told.length, 3 + 7)
    assert.equal((await run('source')).status, 0)
    await assertMoved()
  })

  test('says what the target refuses, and brings it when it no longer does', async () => {
    for (const action of ['ListAliasesByKeyId', 'ListSecretVersionIds', 'SetKeyPolicy', 'TagResource'])
      target.faults.add({ action, code: 'Forbidden.NoPermission' })
    const { status, out, err } = await importCloud()
    target.faults.clear()
    assert.deepEqual([status, err], [1, ''])
    assert.match(out, new RegExp(`refused +key ${plain} +ListAliasesByKeyId at the target +Forbidden.NoPermission: `))
    assert.match(out, /refused +secret db\/password +ListSecretVersionIds at the target +Forbidden\.NoPermission: /)
    assert.equal((await importCloud()).status, 0)
    await assertMoved()
  })

  test('leaves alone what the target has under a name already', async () => {
    const client = target.client()
    await client.createAlias({ keyId: 'there-before', aliasName: 'alias/orders' })
    await client.createSecret({ secretName: 'bytes', versionId: 'own', secretData: 'of the target' })
    const { status, out } = await importCloud()
    assert.equal(status, 1)
    assert.match(out, new RegExp(`refused +key ${plain} +CreateAlias alias/orders +[A-Z][A-Za-z.]+: `))
    assert.match(out, /refused +secret bytes +CreateSecret +the target has a secret of this name already/)
    assert.equal((await client.getSecretValue({ secretName: 'bytes' })).secretData, 'of the target')
    assert.equal((await client.describeKey({ keyId: 'alias/orders' })).keyMetadata.keyId, 'there-before')
    assert.deepEqual(mapping().unfinished, [plain])
  })

  test('without --instance puts what was in one into none, without its policy', async () => {
    const { status, out } = await keyhaven(['import', 'cloud', ...words], { cwd })
    assert.equal(status, 0)
    assert.match(out, new RegExp(`changed +key ${inInstance} +policy +left out`))
    const { keyMetadata } = (await target.client().describeKey({ keyId: mapping().keys[inInstance] })) ?? {}
    assert.equal(keyMetadata?.dKMSInstanceId, undefined)
  })

  test('keeps values out of the mapping and out of all that it prints', async () => {
    const { out } = await importCloud('--json')
    const kept = readdirSync(cwd).filter((name) => name.endsWith('.json'))
    assert.deepEqual(kept, ['mapping.json'])
    for (const value of [oldest, earlier, current, bytes, 'inside', material])
      for (const text of [out, readFileSync(mappingFile(), 'utf8')]) assert.ok(!text.includes(value))
  })

  test('refuses what makes no sense in one line', async () => {
    writeFileSync(join(cwd, 'other.json'), '{"from":"a","to":"b","token":"c","keys":{},"secrets":{},"unfinished":[]}')
    writeFileSync(join(cwd, 'broken.json'), '{')
    const refused = async (...argv: readonly string[]) => {
      const { status, err } = await keyhaven(['import', 'cloud', ...argv], { cwd })
      return `${status} ${err.split(':')[1]?.trim()}`
    }
    const from = ['--from', 'source', '--mapping']
    assert.equal(await refused('--from', 'source'), '2 usage')
    assert.equal(await refused('--mapping', 'm.json'), '2 usage')
    assert.equal(await refused('--from', 'keyhaven-data', '--mapping', 'm.json'), '2 usage')
    assert.equal(await refused('--from', 'nowhere', '--mapping', 'm.json'), '1 noProfile')
    assert.equal(await refused(...from, 'other.json'), '1 otherMapping')
    assert.equal(await refused(...from, 'broken.json'), '1 badFile')
    assert.equal(await refused(...from, 'm.json', '--instance', 'kst-a'), '2 usage')
    assert.equal(await refused(...from, 'm.json', '--material', 'no-folder'), '1 ENOENT')
    rmSync(join(cwd, 'other.json'))
    rmSync(join(cwd, 'broken.json'))
  })
})

test('keyhaven export cloud brings the same out again', async () => {
  await target.reset()
  const run = (from: string, ...argv: readonly string[]) =>
    keyhaven(['export', 'cloud', ...argv, '--data', from], { cwd })
  const argv = ['--to', 'keyhaven-data', '--mapping', 'mapping.json', '--material', 'material', ...withInstance]
  rmSync(mappingFile(), { force: true })
  const { status, err } = await run('source', ...argv)
  assert.deepEqual([status, err], [0, ''])
  await assertMoved()
})

for (const page of pagesToRun('moving'))
  test(`the commands of ${page} run as written`, async () => {
    await target.reset()
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const [, commands = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(text) ?? []
    const written = commands.replace('kst-old=kst-new', `${sourceInstance}=${targetInstance}`)
    // What comes back meets what is there already.
    const whole = `${written.trim()} || test $? = 1`
    const { stdout } = await promisify(execFile)('sh', ['-euc', whole], { env: { PATH: pathWithKeyhaven() }, cwd })
    assert.match(stdout, /^Would be brought [\s\S]*\nBrought from .*: 8 keys, [\s\S]*\nBrought from .*: 9 keys, /)
    assert.match(stdout, /refused +secret bytes +CreateSecret +the target has a secret of this name already/)
  })

const writes = (server: Keyhaven | undefined) =>
  (server?.records() ?? []).filter(({ action }) => !/^(?:List|Describe|Get)/.test(action))

const byUsers = [{ key: 'CreatorType', values: ['User'] }]

/** Both have the same, but for ids, accounts, instances and material. */
async function assertMoved(): Promise<void> {
  const [from, to] = [source.client(), target.client()]
  const { keys } = mapping() as { keys: Record<string, string> }
  const made = (await Array.fromAsync(everyItem(to.listKeys, { filters: byUsers }))).filter(
    ({ keyId }) => keyId !== 'there-before',
  )
  assert.equal(made.length, 8, 'none twice')
  for (const [before, now] of Object.entries(keys))
    assert.deepEqual(asAtTarget(await shownKey(to, now), {}), asAtTarget(await shownKey(from, before), keys), before)
  const names = (await Array.fromAsync(everyItem(to.listSecrets))).map(({ secretName }) => secretName)
  assert.deepEqual(names.sort(), ['bytes', 'db/password', 'in/instance'])
  for (const name of names)
    assert.deepEqual(asAtTarget(await shownSecret(to, name), {}), asAtTarget(await shownSecret(from, name), keys), name)
}

async function shownKey(client: Client, keyId: string) {
  const { keyMetadata } = await client.describeKey({ keyId })
  const { keySpec, keyUsage, origin, description, keyState, protectionLevel, automaticRotation } = keyMetadata
  const { rotationInterval, deletionProtection, dKMSInstanceId } = keyMetadata
  const aliases = await Array.fromAsync(everyItem(client.listAliasesByKeyId, { keyId }))
  const { tags } = await client.listResourceTags({ keyId })
  return {
    ...{ keySpec, keyUsage, origin, description, keyState },
    ...{ protectionLevel, automaticRotation, rotationInterval, deletionProtection, dKMSInstanceId },
    aliases: aliases.map(({ aliasName }) => aliasName).sort(),
    tags: tags.tag.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`).sort(),
    policy: dKMSInstanceId && JSON.parse((await client.getKeyPolicy({ keyId })).policy),
  }
}

async function shownSecret(client: Client, secretName: string) {
  const described = await client.describeSecret({ secretName, fetchTags: true })
  const versions = await Array.fromAsync(
    everyItem(client.listSecretVersionIds, { secretName, includeDeprecated: true }),
  )
  const values = versions.map(async ({ versionId, versionStages }) => {
    const { secretData, secretDataType } = await client.getSecretValue({ secretName, versionId })
    return { versionId, stages: [...versionStages.versionStage].sort(), secretData, secretDataType }
  })
  const { description, secretType, encryptionKeyId, dKMSInstanceId, tags } = described
  return {
    ...{ description, secretType, encryptionKeyId, dKMSInstanceId },
    tags: tags?.tag.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`).sort(),
    values: (await Promise.all(values)).sort((a, b) => a.versionId.localeCompare(b.versionId)),
    policy: dKMSInstanceId && JSON.parse((await client.getSecretPolicy({ secretName })).policy),
  }
}

function asAtTarget(shown: object, keys: Readonly<Record<string, string>>): unknown {
  const words = [...Object.entries(keys), [sourceAccount, targetAccount], [sourceInstance, targetInstance]] as const
  return JSON.parse(words.reduce((text, [before, now]) => text.replaceAll(before, now), JSON.stringify(shown)))
}
