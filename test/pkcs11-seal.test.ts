import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { pkcs11Seal } from '../src/seals/pkcs11/pkcs11-seal.ts'
import { withToken } from '../src/seals/pkcs11/token.ts'
import { temporaryFolder } from './kit/audit.ts'
import { runKeyhaven, spawnKeyhaven, startKeyhaven } from './kit/process.ts'
import { makeToken, type SoftHsm, softHsmMissing } from './kit/soft-hsm.ts'

const aad = new Uint8Array([1, 2, 3])
const rootKey = new Uint8Array(32).fill(7)

describe('a root key that a token wraps', { skip: softHsmMissing }, () => {
  let hsm: SoftHsm
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-hsm-'))
  before(() => {
    hsm = makeToken(folder)
  })
  after(() => rmSync(folder, { recursive: true }))

  const settings = (more: object = {}) => {
    const { library, token, pin } = hsm
    return { kind: 'pkcs11' as const, library, token, key: 'root', pin, ...more }
  }
  const sealOf = (more: object = {}) => pkcs11Seal(settings(more))

  /** A seal file that names the PIN by a file beside it. */
  function sealFile(t: TestContext, pin = hsm.pin) {
    const place = temporaryFolder(t)
    const data = join(place, 'data')
    const { pin: _, ...rest } = settings({ key: 'keyhaven-root', pinFile: 'pin' })
    const writePin = (text: string): void => writeFileSync(join(place, 'pin'), `${text}\n`, { mode: 0o600 })
    writePin(pin)
    const path = join(place, 'hsm.json')
    writeFileSync(path, JSON.stringify(rest), { mode: 0o600 })
    return { place, data, writePin, words: ['--data', data, '--seal-file', path] }
  }

  test('comes back from the token, which made the key and gives it to nobody', async () => {
    const wrapped = await sealOf().wrap(rootKey, aad)
    const { iv, ...named } = wrapped.parameters
    assert.deepEqual(named, { token: hsm.token, key: 'root' })
    assert.equal(Buffer.from(String(iv), 'base64').length, 12)
    assert.deepEqual(await sealOf().unwrap(wrapped, aad), rootKey)
    const again = await sealOf().wrap(rootKey, aad)
    assert.notDeepEqual(again, wrapped)
    assert.deepEqual(await sealOf().unwrap(again, aad), rootKey)
    const facts = await withToken(settings(), ({ api, module, handle }) => {
      module.C_FindObjectsInit(handle, [{ type: api.CKA_LABEL, value: 'root' }])
      const found = module.C_FindObjects(handle, 5)
      module.C_FindObjectsFinal(handle)
      const types = [api.CKA_SENSITIVE, api.CKA_EXTRACTABLE, api.CKA_TOKEN, api.CKA_PRIVATE].map((type) => ({ type }))
      return found.map((key) => module.C_GetAttributeValue(handle, key, types).map(({ value }) => value[0]))
    })
    assert.deepEqual(facts, [[1, 0, 1, 1]])
  })

  test('is bound to its deployment, and whatever was altered of it is told as wrong', async () => {
    const wrapped = await sealOf().wrap(rootKey, aad)
    const wrong = { name: 'CryptoFailure' }
    await assert.rejects(sealOf().unwrap(wrapped, new Uint8Array([1])), wrong)
    const ciphertext = wrapped.ciphertext.map((byte, index) => (index === 5 ? byte ^ 1 : byte))
    await assert.rejects(sealOf().unwrap({ ...wrapped, ciphertext }, aad), wrong)
    await assert.rejects(sealOf().unwrap({ ...wrapped, ciphertext: ciphertext.subarray(1) }, aad), wrong)
    for (const iv of ['', 'AAAA', 7])
      await assert.rejects(sealOf().unwrap({ ...wrapped, parameters: { ...wrapped.parameters, iv } }, aad), wrong)
    const missing = { reason: 'wrong-secret', message: 'The token keyhaven has no AES key nobody.' }
    await assert.rejects(sealOf({ key: 'nobody' }).unwrap(wrapped, aad), missing)
  })

  test('is wrapped by no key that can be taken out of the token, by none of two, and by none that anybody may use', async () => {
    const make = (label: string, extractable: boolean, isPrivate = true) =>
      withToken(settings(), ({ api, module, handle }) => {
        module.C_GenerateKey(handle, { mechanism: api.CKM_AES_KEY_GEN }, [
          { type: api.CKA_CLASS, value: api.CKO_SECRET_KEY },
          { type: api.CKA_LABEL, value: label },
          { type: api.CKA_VALUE_LEN, value: 32 },
          { type: api.CKA_TOKEN, value: true },
          { type: api.CKA_PRIVATE, value: isPrivate },
          { type: api.CKA_SENSITIVE, value: true },
          { type: api.CKA_EXTRACTABLE, value: extractable },
          { type: api.CKA_ENCRYPT, value: true },
        ])
      })
    await make('open', true)
    const open = { reason: 'misconfigured', message: 'The key open can be taken out of the token keyhaven.' }
    await assert.rejects(sealOf({ key: 'open' }).wrap(rootKey, aad), open)
    await make('twice', false)
    await make('twice', false)
    const twice = { reason: 'misconfigured', message: 'The token has several AES keys twice.' }
    await assert.rejects(sealOf({ key: 'twice' }).wrap(rootKey, aad), twice)
    await make('planted', false, false)
    const missing = { reason: 'wrong-secret', message: 'The token keyhaven has no AES key planted.' }
    const wrapped = await sealOf().wrap(rootKey, aad)
    await assert.rejects(sealOf({ key: 'planted' }).unwrap(wrapped, aad), missing)
  })

  test('is not to be had from a token that is not there, a library that is none, or with a wrong PIN', async () => {
    const wrapped = await sealOf().wrap(rootKey, aad)
    const away = { reason: 'unavailable', message: /^The token other cannot be asked .*: it is not there$/ }
    await assert.rejects(sealOf({ token: 'other' }).unwrap(wrapped, aad), away)
    const none = { reason: 'misconfigured', message: 'The PKCS #11 library /none.so cannot be loaded.' }
    await assert.rejects(sealOf({ library: '/none.so' }).unwrap(wrapped, aad), none)
    const wrong = { reason: 'wrong-pin', message: /^The token keyhaven does not accept the PIN/ }
    await assert.rejects(sealOf({ pin: '00000' }).unwrap(wrapped, aad), wrong)
    assert.deepEqual(await sealOf().unwrap(wrapped, aad), rootKey)
  })

  test('a deployment of it opens by itself, and its root key and seal are changed under a running server', async (t) => {
    const { place, data, words } = sealFile(t)
    const init = await runKeyhaven(['init', ...words])
    assert.match(init.stdout, /sealed by pkcs11\.\n/, init.stderr)
    const server = await startKeyhaven(['server', ...words])
    await runKeyhaven(['seal', '--data', data])
    const unsealed = await runKeyhaven(['unseal', '--data', data, '--json'])
    assert.equal(JSON.parse(unsealed.stdout).State, 'unsealed', unsealed.stderr)
    const rotated = await runKeyhaven(['rotate-root-key', ...words])
    assert.match(rotated.stdout, /^Root key 2 has taken over/, rotated.stderr)
    const backup = await runKeyhaven(['backup', join(place, 'backup'), ...words])
    assert.equal(backup.status, 0, backup.stderr)
    const resealed = await runKeyhaven(['reseal', ...words, '--new-key-file', join(place, 'root.key')])
    assert.match(resealed.stdout, /opens with the new key-file secret only/, resealed.stderr)
    assert.equal((await server.stop()).status, 0)
  })

  test('a start with a wrong PIN is sealed and leaves it at that, until an operator has set it right', async (t) => {
    const { data, writePin, words } = sealFile(t)
    await runKeyhaven(['init', ...words])
    writePin('00000')
    const server = await startKeyhaven(['server', ...words], {}, 'Keyhaven is sealed')
    assert.match(server.output().stdout, /open it with "keyhaven unseal/)
    const status = await runKeyhaven(['status', '--data', data, '--json'])
    assert.match(JSON.parse(status.stdout).UnsealProblem, /does not accept the PIN; it is not tried again by itself/)
    const rotation = await runKeyhaven(['rotate-root-key', ...words])
    assert.equal(rotation.status, 1)
    writePin(hsm.pin)
    const unsealed = await runKeyhaven(['unseal', ...words, '--json'])
    assert.equal(JSON.parse(unsealed.stdout).State, 'unsealed', unsealed.stderr)
    const { stderr } = await server.stop()
    assert.ok(!stderr.includes(hsm.pin))
  })

  test('a start without the token is sealed, and opens by itself once it is there', async (t) => {
    const { words } = sealFile(t)
    await runKeyhaven(['init', ...words])
    const elsewhere = `${hsm.tokens}-away`
    renameSync(hsm.tokens, elsewhere)
    const server = await startKeyhaven(['server', ...words], {}, 'Keyhaven is sealed')
    assert.match(server.output().stdout, /it opens by itself when this is over: The token keyhaven cannot be asked/)
    renameSync(elsewhere, hsm.tokens)
    while (!server.output().stderr.includes('"unsealed"')) await wait(20)
    assert.equal((await server.stop()).status, 0)
  })
})

test('without the package that speaks PKCS #11, one line says what to install', async (t) => {
  const place = temporaryFolder(t)
  const file = (name: string, text: string): string => {
    writeFileSync(join(place, name), text, { mode: 0o600 })
    return join(place, name)
  }
  const path = file('hsm.json', JSON.stringify({ kind: 'pkcs11', library: '/l.so', token: 't', key: 'k', pin: '1' }))
  const hiding = file(
    'hiding.cjs',
    `const module_ = require('node:module'); const resolve = module_._resolveFilename
     module_._resolveFilename = function (name, ...rest) {
       return resolve.call(this, name === 'pkcs11js' ? 'pkcs11js-not-installed' : name, ...rest)
     }`,
  )
  const words = ['init', '--data', join(place, 'data'), '--seal-file', path]
  const { status, stdout, stderr } = await spawnKeyhaven(words, { nodeFlags: ['--require', hiding] })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^keyhaven: misconfigured: A PKCS #11 seal needs the package pkcs11js: install it .*\n$/)
})

test('a seal file of a token says all that it takes, or one line says what is missing', async (t) => {
  const place = temporaryFolder(t)
  const whole = { kind: 'pkcs11', library: '/l.so', token: 't', key: 'k', pin: '92641' }
  const refused = async (content: object, why: RegExp): Promise<void> => {
    const path = join(place, 'hsm.json')
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 })
    const { status, stderr } = await runKeyhaven(['init', '--data', join(place, 'data'), '--seal-file', path])
    assert.equal(status, 1)
    assert.match(stderr, /^keyhaven: configuration: The seal file \S+ cannot be used: .*\n$/)
    assert.match(stderr, why)
    assert.ok(!stderr.includes('92641'))
  }
  await refused({ ...whole, token: undefined }, /token: /)
  await refused({ ...whole, pin: undefined }, /pinFile: either that or pin is needed/)
  await refused({ ...whole, pinFile: 'pin' }, /pinFile: either that or pin is needed/)
  await refused({ ...whole, pin: undefined, pinFile: 'nowhere' }, /PIN file \S+ cannot be read/)
  await refused({ ...whole, keyId: 'x' }, /keyId/)
  writeFileSync(join(place, 'open-pin'), '92641', { mode: 0o644 })
  if (process.platform !== 'win32')
    await refused({ ...whole, pin: undefined, pinFile: 'open-pin' }, /PIN file \S+ can be read by others/)
})
