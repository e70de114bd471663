import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { kmsSeal } from '../src/seals/kms-seal.ts'
import { filedSeal } from '../src/seals/seal-file.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type Running, runKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let other: TestServer
let application: ApplicationSetup
let keyId: string
before(async () => {
  other = await startTestServer()
  application = await setUpApplication(other)
  keyId = (await application.admin.createKey()).keyMetadata.keyId
})
after(async () => {
  await application.admin.close()
  await other.close()
})

/** A seal file that names a key of the other KMS. */
function settings(more: object = {}): object {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = other
  return { kind: 'kms', endpoint, caFile, accessKeyId, accessKeySecret, keyId, ...more }
}

function written(folder: string, content: object | string, name = 'seal.json'): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return path
}

/** A production deployment whose root key the other KMS keeps. */
async function initialised(t: TestContext) {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const sealFile = written(folder, settings())
  const { stdout, stderr } = await runKeyhaven(['init', '--data', data, '--seal-file', sealFile])
  assert.match(stdout, /sealed by kms\.\n/, stderr)
  return { folder, data, sealFile, words: ['--data', data, '--seal-file', sealFile] }
}

async function until(server: Running, text: string): Promise<void> {
  while (!server.output().stderr.includes(text)) await wait(20)
}

const statusOf = async (data: string) => JSON.parse((await runKeyhaven(['status', '--data', data, '--json'])).stdout)

describe('a root key that another KMS wraps', () => {
  const aad = new Uint8Array([1, 2, 3])
  const rootKey = new Uint8Array(32).fill(7)
  const sealOf = (more: object = {}) => {
    return filedSeal(JSON.stringify(settings(more)))
  }

  test('comes back from there, and for the deployment only that it was wrapped for', async () => {
    const wrapped = await sealOf().wrap(rootKey, aad)
    assert.deepEqual(wrapped.parameters, { keyId })
    assert.ok(!Buffer.from(wrapped.ciphertext).includes(rootKey))
    assert.deepEqual(await sealOf().unwrap(wrapped, aad), rootKey)
    const wrong = { name: 'UnsealFailure', reason: 'wrong-secret', message: /^The KMS \S+ has not wrapped/ }
    await assert.rejects(sealOf().unwrap(wrapped, new Uint8Array([1, 2])), wrong)
    const altered = wrapped.ciphertext.map((byte, index) => (index === 60 ? byte ^ 1 : byte))
    await assert.rejects(sealOf().unwrap({ ...wrapped, ciphertext: altered }, aad), wrong)
    const parameters = { keyId: 'another' }
    await assert.rejects(sealOf().unwrap({ ...wrapped, parameters }, aad), wrong)
  })

  test('is asked for as whoever the surroundings of the program say, when the seal file names nobody', async (t) => {
    const { accessKeyId, accessKeySecret } = other
    const surroundings = { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret }
    Object.assign(process.env, surroundings)
    t.after(() => {
      for (const name of Object.keys(surroundings)) delete process.env[name]
    })
    const seal = sealOf({ accessKeyId: undefined, accessKeySecret: undefined })
    assert.deepEqual(await seal.unwrap(await seal.wrap(rootKey, aad), aad), rootKey)
  })

  test('is wrapped by the key that an alias means, and opens when that means another', async () => {
    const [aliasName, second] = ['alias/root', (await application.admin.createKey()).keyMetadata.keyId]
    await application.admin.createAlias({ aliasName, keyId })
    const wrapped = await sealOf({ keyId: aliasName }).wrap(rootKey, aad)
    assert.equal(wrapped.parameters.keyId, keyId)
    await application.admin.updateAlias({ aliasName, keyId: second })
    assert.deepEqual(await sealOf({ keyId: aliasName }).unwrap(wrapped, aad), rootKey)
  })

  test('may be kept by an instance, which knows the caller by a ClientKey', async (t) => {
    const folder = temporaryFolder(t)
    const instanceKey = await application.admin.createKey({ dKMSInstanceId: application.instanceId })
    const { clientKeyContent = '', password = '' } = application.instance
    const seal = kmsSeal({
      kind: 'kms',
      endpoint: other.endpoint,
      caFile: other.caFile,
      keyId: instanceKey.keyMetadata.keyId,
      clientKeyFile: written(folder, clientKeyContent, 'client-key.json'),
      passwordFile: written(folder, password, 'password'),
    })
    const wrapped = await seal.wrap(rootKey, aad)
    assert.deepEqual(await seal.unwrap(wrapped, aad), rootKey)
    await assert.rejects(seal.unwrap(wrapped, new Uint8Array()), { reason: 'wrong-secret' })
  })

  test('cannot be had at all as long as a file that says how to ask for it is missing', async () => {
    const missing = join(other.caFile, 'missing.pem')
    const wrapped = await sealOf().wrap(rootKey, aad)
    for (const more of [
      { caFile: missing },
      { accessKeyId: undefined, accessKeySecret: undefined, clientKeyFile: missing, passwordFile: missing },
    ]) {
      const message = /^The KMS \S+ cannot be asked as it is set up: The \w+ file \S+missing\.pem does not exist\.$/
      await assert.rejects(sealOf(more).unwrap(wrapped, aad), { reason: 'misconfigured', message })
      await assert.rejects(sealOf(more).wrap(rootKey, aad), { reason: 'misconfigured', message })
    }
  })

  test('cannot be had for the time being when that is away or refuses, which is not the same as wrong', async () => {
    const wrapped = await sealOf().wrap(rootKey, aad)
    const unavailable = (why: RegExp) => (error: Error & { reason?: string }) =>
      error.reason === 'unavailable' && why.test(error.message) && !error.message.includes('\n')
    const nobody = sealOf({ endpoint: 'https://127.0.0.1:1' })
    await assert.rejects(nobody.unwrap(wrapped, aad), unavailable(/^The KMS https:\/\/127.0.0.1:1 cannot be asked/))
    await assert.rejects(nobody.wrap(rootKey, aad), unavailable(/cannot be asked/))
    const stranger = sealOf({ accessKeySecret: 'x'.repeat(30) })
    await assert.rejects(stranger.unwrap(wrapped, aad), unavailable(/answers SignatureDoesNotMatch, request \S+$/))
    const unknown = sealOf({ keyId: 'alias/nobody' })
    await assert.rejects(unknown.wrap(rootKey, aad), unavailable(/answers Forbidden\.\w+NotFound/))
    await application.admin.disableKey({ keyId })
    await assert.rejects(sealOf().unwrap(wrapped, aad), unavailable(/answers Rejected\.Disabled/))
    await application.admin.enableKey({ keyId })
  })
})

test('a deployment of it opens without an operator, is sealed by one and opened again without a secret', async (t) => {
  const { data, words } = await initialised(t)
  const server = await startKeyhaven(['server', ...words])
  const sealed = await runKeyhaven(['seal', '--data', data, '--json'])
  assert.equal(JSON.parse(sealed.stdout).State, 'sealed')
  const unsealed = await runKeyhaven(['unseal', '--data', data, '--json'])
  assert.equal(JSON.parse(unsealed.stdout).State, 'unsealed', unsealed.stderr)
  const rotated = await runKeyhaven(['rotate-root-key', ...words])
  assert.match(rotated.stdout, /^Root key 2 has taken over/, rotated.stderr)
  assert.equal((await server.stop()).status, 0)
})

test('a start while the other KMS is away is sealed, says why, and opens by itself once it is back', async (t) => {
  const { data, words } = await initialised(t)
  await other.service.seal()
  const server = await startKeyhaven(['server', ...words], {}, 'Keyhaven is sealed')
  assert.match(server.output().stdout, /it opens by itself when this is over: The KMS \S+ cannot be asked .*\n/)
  const { State, UnsealProblem } = await statusOf(data)
  assert.equal(State, 'sealed')
  assert.match(UnsealProblem, /cannot be asked for the root key now: it answers ServiceUnavailableTemporary/)
  const tried = await runKeyhaven(['unseal', '--data', data])
  assert.match(tried.stderr, /^keyhaven: configuration: The KMS \S+ cannot be asked .*\n$/)
  await other.unseal()
  await until(server, '"unsealed"')
  const opened = await statusOf(data)
  assert.deepEqual([opened.State, opened.UnsealProblem], ['unsealed', undefined])
  assert.equal((await server.stop()).status, 0)
})

test('what an operator sealed stays sealed, also when it was being tried to open', async (t) => {
  const { data, words } = await initialised(t)
  await application.admin.disableKey({ keyId })
  const server = await startKeyhaven(['server', ...words], {}, 'Keyhaven is sealed')
  assert.equal((await statusOf(data)).State, 'sealed')
  await runKeyhaven(['seal', '--data', data])
  await application.admin.enableKey({ keyId })
  assert.equal((await statusOf(data)).UnsealProblem, undefined)
  const unsealed = await runKeyhaven(['unseal', ...words, '--json'])
  assert.equal(JSON.parse(unsealed.stdout).State, 'unsealed', unsealed.stderr)
  assert.equal((await server.stop()).status, 0)
})

test('a start with a KMS that has not wrapped it, or that cannot be asked at all, ends with one line', async (t) => {
  const { folder, data } = await initialised(t)
  const unset = written(folder, settings({ caFile: 'missing.pem' }), 'unset.json')
  const ended = await runKeyhaven(['server', '--data', data, '--seal-file', unset])
  assert.equal(ended.status, 1)
  assert.match(ended.stderr, /keyhaven: misconfigured: The KMS \S+ cannot be asked as it is set up: .* not exist\.\n$/)
  await using stranger = await strangerServer()
  const sealFile = written(folder, settings(stranger), 'stranger.json')
  const { status, stderr } = await runKeyhaven(['server', '--data', data, '--seal-file', sealFile])
  assert.equal(status, 1)
  assert.match(
    stderr,
    /keyhaven: configuration: The KMS \S+ has not wrapped .* It is from the seal file .* \(sealFile\)\.\n$/,
  )

  async function strangerServer() {
    const server = await startTestServer()
    const { endpoint, caFile, accessKeyId, accessKeySecret } = server
    const named = { endpoint, caFile, accessKeyId, accessKeySecret }
    return { ...named, [Symbol.asyncDispose]: () => server.close() }
  }
})

test('a seal file that cannot be used is told in one line that repeats nothing secret of it', async (t) => {
  const folder = temporaryFolder(t)
  const refused = async (content: object | string, why: RegExp, mode = 0o600): Promise<void> => {
    const path = join(folder, `${Math.random()}.json`)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode })
    const { status, stdout, stderr } = await runKeyhaven(['init', '--data', join(folder, 'd'), '--seal-file', path])
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^keyhaven: configuration: The seal file \S+ .*\n$/)
    assert.match(stderr, why)
    assert.ok(!stderr.includes(other.accessKeySecret))
  }
  await refused('', /the file: is not JSON/)
  await refused(`{"accessKeySecret":"${other.accessKeySecret}"`, /the file: is not JSON/)
  await refused({ kind: 'vault' }, /kind: /)
  await refused(settings({ keyId: '' }), /keyId: /)
  await refused(settings({ accessKeyid: 'x' }), /accessKeyid/)
  await refused(settings({ accessKeyId: undefined }), /accessKeyId: is needed beside accessKeySecret/)
  await refused(settings({ clientKeyFile: 'x' }), /passwordFile: is needed beside clientKeyFile/)
  await refused(settings({ endpoint: 'http://kms.example.com' }), /endpoint: is neither https/)
  if (process.platform !== 'win32') await refused(settings(), /can be read by others/, 0o644)
})
