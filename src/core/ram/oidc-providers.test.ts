import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { type TestKms, testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/ram-identity-providers.ts'
import { addClientIdToOIDCProvider } from './add-client-id-to-oidc-provider.ts'
import { addFingerprintToOIDCProvider } from './add-fingerprint-to-oidc-provider.ts'
import { createOIDCProvider } from './create-oidc-provider.ts'
import { deleteOIDCProvider } from './delete-oidc-provider.ts'
import { getOIDCProvider } from './get-oidc-provider.ts'
import { listOIDCProviders } from './list-oidc-providers.ts'
import { removeClientIdFromOIDCProvider } from './remove-client-id-from-oidc-provider.ts'
import { removeFingerprintFromOIDCProvider } from './remove-fingerprint-from-oidc-provider.ts'
import { updateOIDCProvider } from './update-oidc-provider.ts'

let fixture: TestKms
let as: ReturnType<typeof actor>
beforeEach(async () => {
  fixture = await testKms()
  as = actor(fixture.kms)
})

const ci = { oIDCProviderName: 'ci' }
const issuerUrl = 'https://issuer.example'
const sha1 = '0BBFAB97059595E8D1EC48E89EB8657C0E5AAE71'
const create = (more: object = {}) => as(api.CreateOIDCProvider, createOIDCProvider, { ...ci, issuerUrl, ...more })
const shown = async () => (await as(api.GetOIDCProvider, getOIDCProvider, ci)).oIDCProvider

test('a provider is shown as it was made, and changes of it later', async () => {
  const given = { clientIds: 'keyhaven, sts.aliyuncs.com', fingerprints: sha1, description: 'runners' }
  const { oIDCProvider: made } = await create(given)
  assert.deepEqual(made, {
    ...{ ...ci, issuerUrl, description: 'runners', clientIds: 'keyhaven,sts.aliyuncs.com', fingerprints: sha1 },
    ...{ arn: 'acs:ram::1000000000000001:oidc-provider/ci', issuanceLimitTime: 12 },
    ...{ createDate: '2026-11-21T22:00:00Z', updateDate: '2026-11-21T22:00:00Z' },
    ...{ gmtCreate: '1795298400000', gmtModified: '1795298400000' },
  })
  fixture.advance(60_000)
  const change = { ...ci, clientIds: 'keyhaven', issuanceLimitTime: 1, newDescription: '' }
  await as(api.UpdateOIDCProvider, updateOIDCProvider, change)
  assert.deepEqual(await shown(), {
    ...{ ...made, clientIds: 'keyhaven', issuanceLimitTime: 1, description: '' },
    ...{ updateDate: '2026-11-21T22:01:00Z', gmtModified: '1795298460000' },
  })
  const listed = await as(api.ListOIDCProviders, listOIDCProviders, {})
  assert.deepEqual(
    listed.oIDCProviders.oIDCProvider.map((one) => one.oIDCProviderName),
    ['ci'],
  )
  await as(api.DeleteOIDCProvider, deleteOIDCProvider, ci)
  assert.equal(await answerOf(shown()), 'EntityNotExist.OIDCProvider')
  assert.equal(await answerOf(as(api.DeleteOIDCProvider, deleteOIDCProvider, ci)), 'EntityNotExist.OIDCProvider')
})

test('client ids and fingerprints come and go one by one; a fingerprint is one however it is spelt', async () => {
  await create()
  const clientId = (id: string) => ({ ...ci, clientId: id })
  await as(api.AddClientIdToOIDCProvider, addClientIdToOIDCProvider, clientId('https://kubernetes.default.svc'))
  await as(api.AddClientIdToOIDCProvider, addClientIdToOIDCProvider, clientId('keyhaven'))
  await as(api.AddClientIdToOIDCProvider, addClientIdToOIDCProvider, clientId('keyhaven'))
  await as(api.RemoveClientIdFromOIDCProvider, removeClientIdFromOIDCProvider, clientId('unknown'))
  assert.equal((await shown()).clientIds, 'https://kubernetes.default.svc,keyhaven')
  await as(api.RemoveClientIdFromOIDCProvider, removeClientIdFromOIDCProvider, clientId('keyhaven'))
  assert.equal((await shown()).clientIds, 'https://kubernetes.default.svc')

  const spelt = sha1.toLowerCase().replaceAll(/(..)(?=.)/g, '$1:')
  await as(api.AddFingerprintToOIDCProvider, addFingerprintToOIDCProvider, { ...ci, fingerprint: sha1 })
  await as(api.AddFingerprintToOIDCProvider, addFingerprintToOIDCProvider, { ...ci, fingerprint: 'ab'.repeat(32) })
  assert.equal((await shown()).fingerprints, `${sha1},${'ab'.repeat(32)}`)
  await as(api.RemoveFingerprintFromOIDCProvider, removeFingerprintFromOIDCProvider, { ...ci, fingerprint: spelt })
  assert.equal((await shown()).fingerprints, 'ab'.repeat(32))
})

test('there is one provider of a name, a hundred of an account, and as many client ids and fingerprints as the service takes', async () => {
  await create()
  assert.equal(await answerOf(create()), 'EntityAlreadyExists.OIDCProvider')
  for (let count = 1; count < 100; count++) await create({ oIDCProviderName: `ci-${count}` })
  assert.equal(await answerOf(create({ oIDCProviderName: 'one-more' })), 'LimitExceeded.OIDCProvider')
  const update = (clientIds: string) => as(api.UpdateOIDCProvider, updateOIDCProvider, { ...ci, clientIds })
  const ids = (count: number): string => Array.from({ length: count }, (_, at) => `id-${at}`).join(',')
  assert.equal(await answerOf(update(ids(50))), 'ok')
  assert.equal(await answerOf(update(ids(51))), 'LimitExceeded.OIDCProvider.ClientId')
  for (let count = 0; count < 6; count++) {
    const fingerprint = `${count}`.repeat(40)
    const answer = await answerOf(
      as(api.AddFingerprintToOIDCProvider, addFingerprintToOIDCProvider, { ...ci, fingerprint }),
    )
    assert.equal(answer, count < 5 ? 'ok' : 'LimitExceeded.OIDCProvider.Fingerprint')
  }
})

test('what is no issuer, client id or fingerprint is refused, naming the parameter', async () => {
  const urls = [
    ...[
      'http://issuer.example',
      'issuer.example',
      'https://issuer.example?x=1',
      'https://issuer.example/#x',
      'ftp://x.io',
    ],
    ...[
      'https://a@issuer.example',
      'https://issuer.example\\@evil.example',
      'https://issuer.example/a b',
      'file:///etc',
    ],
    ...['http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'http://169.254.169.254'],
  ]
  for (const url of urls) assert.equal(await answerOf(create({ issuerUrl: url })), 'InvalidParameter', url)
  for (const url of [issuerUrl, 'https://issuer.example:8443/realms/a', 'http://localhost:8080', 'http://[::1]:80'])
    assert.equal(await answerOf(create({ oIDCProviderName: `x${url.length}`, issuerUrl: url })), 'ok', url)
  for (const clientIds of ['a b', '-x', 'x'.repeat(129)])
    await assert.rejects(create({ clientIds }), { code: 'InvalidParameter', parameter: 'ClientIds' })
  for (const fingerprints of ['ab', 'g'.repeat(40), 'a'.repeat(41)])
    await assert.rejects(create({ fingerprints }), { code: 'InvalidParameter', parameter: 'Fingerprints' })
})
