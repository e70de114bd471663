import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { randomBytes } from '../../crypto/random.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../store.ts'
import { changeSeal } from './change-seal.ts'
import { decodeDeployment, encodeDeployment, readDeployment } from './deployment.ts'
import { environmentSeal } from './key-seal.ts'
import { minPassphraseLength, passphraseSeal } from './passphrase-seal.ts'
import { type Seal, UnsealFailure } from './seal.ts'
import { initialise, unseal } from './unseal.ts'

const newStore = () => openStore({ engine: 'sqlite', path: ':memory:' })
const facts = {
  deploymentId: '00000000-0000-4000-8000-000000000000',
  accountId: '1000000000000001',
  mode: 'production',
  now: new Date('2026-11-21T22:00:00.123Z'),
  randomBytes,
} as const
const newSeal = () => environmentSeal(Buffer.from(randomBytes(32)).toString('hex'))
const isFailure = (reason: UnsealFailure['reason']) => (error: unknown) =>
  error instanceof UnsealFailure && error.reason === reason && !error.message.includes('\n')

async function initialised(seal: Seal = newSeal()) {
  const store = await newStore()
  const { rootKey } = await initialise(store, seal, facts)
  return { store, seal, rootKey }
}
const secretOf = (key: { rootKey: { secret: { export(): Uint8Array } } }) =>
  Buffer.from(key.rootKey.secret.export()).toString('hex')

describe('a deployment', () => {
  test('says what it is before it is unsealed, and gives its root key to the seal that made it', async () => {
    const { store, seal, rootKey } = await initialised()
    const deployment = {
      deploymentId: facts.deploymentId,
      accountId: '1000000000000001',
      mode: 'production',
      createdAt: '2026-11-21T22:00:00Z',
      seal: 'environment',
      rootKeyVersion: 1,
    }
    assert.deepEqual(await readDeployment(store), deployment)
    const unsealed = await unseal(store, seal)
    assert.deepEqual(unsealed.deployment, deployment)
    assert.equal(secretOf(unsealed), secretOf({ rootKey }))
    assert.equal(unsealed.rootKey.secret.symmetricKeySize, 32)
  })

  test('does not hold its root key or root secret in the store', async () => {
    const secret = Buffer.from(randomBytes(32))
    const { store, rootKey } = await initialised(environmentSeal(secret.toString('hex')))
    const stored = await store.get('seal', 'deployment')
    const everything = Buffer.concat([Buffer.from(stored?.body ?? ''), stored?.sealed ?? Buffer.alloc(0)])
    for (const bytes of [secret, rootKey.secret.export()]) {
      for (const encoding of ['latin1', 'hex', 'base64'] as const) {
        assert.ok(!everything.includes(bytes.toString(encoding)))
      }
    }
  })

  test('that does not exist is not the same as one that does not open', async () => {
    const store = await newStore()
    assert.equal(await readDeployment(store), undefined)
    await assert.rejects(unseal(store, newSeal()), isFailure('not-initialised'))
  })

  test('is made once', async () => {
    const { store, seal, rootKey } = await initialised()
    await assert.rejects(initialise(store, newSeal(), facts), isFailure('initialised'))
    assert.equal(secretOf(await unseal(store, seal)), secretOf({ rootKey }))
  })

  test('tells a wrong secret from a wrong sort of secret', async () => {
    const { store } = await initialised()
    await assert.rejects(unseal(store, newSeal()), isFailure('wrong-secret'))
    await assert.rejects(unseal(store, { ...newSeal(), name: 'key-file' }), isFailure('other-seal'))
  })

  test('is unchanged by a thousand wrong secrets', async () => {
    const { store, seal } = await initialised()
    const before = await store.get('seal', 'deployment')
    for (let n = 0; n < 1000; n++) await assert.rejects(unseal(store, newSeal()), isFailure('wrong-secret'))
    assert.deepEqual(await store.get('seal', 'deployment'), before)
    await unseal(store, seal)
  })

  test('whose record was changed anywhere is corrupt, never open', async () => {
    const { store, seal } = await initialised()
    const stored = await store.get('seal', 'deployment')
    assert.ok(stored)
    for (let index = 0; index < stored.body.length; index++) {
      const altered =
        stored.body.slice(0, index) +
        String.fromCharCode(stored.body.charCodeAt(index) ^ 1) +
        stored.body.slice(index + 1)
      await assert.rejects(unseal(withDeployment({ ...stored, body: altered }), seal), isFailure('corrupt'), altered)
    }
    const { sealed } = stored
    assert.ok(sealed)
    for (const place of sealed.keys()) {
      const altered = sealed.map((byte, index) => (index === place ? byte ^ 1 : byte))
      await assert.rejects(unseal(withDeployment({ ...stored, sealed: altered }), seal), isFailure('corrupt'))
    }
    const mac = stored.mac.map((byte, index) => (index === 5 ? byte ^ 1 : byte))
    await assert.rejects(unseal(withDeployment({ ...stored, mac }), seal), isFailure('corrupt'))
    await assert.rejects(unseal(withDeployment({ ...stored, revision: 2 }), seal), isFailure('corrupt'))

    function withDeployment(record: typeof stored): Store {
      return { ...store, get: async () => record } as Store
    }
  })

  test('cannot be passed off as a development one by whoever writes to the store', async () => {
    const { store, seal } = await initialised()
    const stored = await store.get('seal', 'deployment')
    assert.ok(stored)
    // Its checksum holds, since that is no secret; the MAC does not.
    const altered = encodeDeployment({ ...decodeDeployment(stored), mode: 'development' })
    const body = JSON.stringify(altered.body)
    await store.commit([{ type: 'update', record: { ...stored, ...altered, body, revision: 2 } }])
    assert.equal((await readDeployment(store))?.mode, 'development')
    await assert.rejects(unseal(store, seal), isFailure('corrupt'))
  })

  test('opens with its new seal only, once that was changed, and with the same root key', async () => {
    const { store, seal, rootKey } = await initialised()
    const next = newSeal()
    assert.equal((await changeSeal(store, rootKey, { ...next, name: 'key-file' })).seal, 'key-file')
    await assert.rejects(unseal(store, seal), isFailure('other-seal'))
    await assert.rejects(unseal(store, { ...seal, name: 'key-file' }), isFailure('wrong-secret'))
    const unsealed = await unseal(store, { ...next, name: 'key-file' })
    assert.equal(secretOf(unsealed), secretOf({ rootKey }))
    assert.equal(unsealed.deployment.seal, 'key-file')
  })

  test('gets no new seal from a root key that is not its own', async () => {
    const [one, other] = [await initialised(), await initialised()]
    await assert.rejects(changeSeal(one.store, other.rootKey, newSeal()), isFailure('corrupt'))
    await unseal(one.store, one.seal)
  })
})

describe('a passphrase', () => {
  const passphrase = 'correct horse battery staple'

  test('opens what it sealed, however its letters are composed, and no other does', async () => {
    const { store, rootKey } = await initialised(passphraseSeal(`${passphrase} für uns`.normalize('NFC')))
    assert.equal(
      secretOf(await unseal(store, passphraseSeal(`${passphrase} für uns`.normalize('NFD')))),
      secretOf({ rootKey }),
    )
    await assert.rejects(unseal(store, passphraseSeal(`${passphrase} fur uns`)), isFailure('wrong-secret'))
    const { parameters } = JSON.parse((await store.get('seal', 'deployment'))?.body ?? '')
    assert.deepEqual(
      { ...parameters, salt: Buffer.from(parameters.salt, 'base64').length },
      { kdf: 'argon2id', salt: 16, memory: 65_536, passes: 3, parallelism: 1 },
    )
  })

  test('is stretched at the cost it was sealed with, which may be raised', async () => {
    const store = await newStore()
    await initialise(store, passphraseSeal(passphrase, { memory: 65_536, passes: 4 }), facts)
    await unseal(store, passphraseSeal(passphrase))
    assert.throws(() => passphraseSeal(passphrase, { memory: 65_535, passes: 3 }), RangeError)
    assert.throws(() => passphraseSeal(passphrase, { memory: 65_536, passes: 2 }), RangeError)
  })

  test('is not stretched at a cost that would exhaust the machine', async () => {
    const seal = passphraseSeal(passphrase)
    const wrapped = await seal.wrap(new Uint8Array(32), new Uint8Array())
    for (const altered of [
      ...[{ memory: 262_145 }, { memory: 2 ** 40 }, { memory: 65_535 }, { memory: -1 }, { memory: '65536' }],
      ...[{ passes: 13 }, { passes: 1e9 }, { passes: 2 }, { passes: 3.5 }],
      ...[{ kdf: 'scrypt' }, { parallelism: 4 }, { salt: '' }, { salt: 'A'.repeat(2_000_000) }, { salt: 16 }],
    ]) {
      const parameters = { ...wrapped.parameters, ...altered }
      await assert.rejects(seal.unwrap({ ...wrapped, parameters }, new Uint8Array()), isFailure('corrupt'))
    }
    for (const cost of [
      { memory: 262_145, passes: 3 },
      { memory: 65_536, passes: 13 },
    ])
      assert.throws(() => passphraseSeal(passphrase, cost), RangeError)
  })

  test(`has at least ${minPassphraseLength} characters`, () => {
    assert.throws(() => passphraseSeal('x'.repeat(15)), { name: 'RangeError', message: /16 characters/ })
    passphraseSeal('x'.repeat(16))
  })
})
