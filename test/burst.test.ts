import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as instanceApi from '../src/api/instance.ts'
import { CreateKey } from '../src/api/keys.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { instanceGateway } from '../src/gateway/instance/handle.ts'
import { type OpenapiMemory, openapiMemory } from '../src/gateway/openapi/memory.ts'
import { Throttle, type ThrottleSettings } from '../src/gateway/throttle.ts'
import type { SigningCredentials } from '../src/wire/rpc-signature.ts'
import { actor } from './kit/calls.ts'
import { type Application, callInstance, newApplication } from './kit/instance.ts'
import { testKms } from './kit/kms.ts'
import { acs3Request, bodyOf, openapiFixture } from './kit/openapi.ts'

/*
 * One bounded pool after the other is drawn on by whoever may do least, as hard as it can, while others call. What counts
 * is whom it costs something: nobody but the greedy one, whatever it is.
 */

interface Options {
  readonly throttle?: ThrottleSettings
  readonly memory?: OpenapiMemory
}

/** Of a gateway that remembers no more requests. */
const remembering = (requests: number): OpenapiMemory => openapiMemory((length) => new Uint8Array(length), requests)

/** Both gateways over one service, and one caller of each sort. */
async function service({ throttle = {}, memory }: Options = {}) {
  const { kms } = await testKms()
  const shared = new Throttle({ ...throttle, monotonicMs: () => 0 })
  const fixture = await openapiFixture(kms, { throttle: shared, memory, monotonicMs: () => 0 })
  const instance = instanceGateway({ kms, audit: { append: async () => {} }, throttle: shared })
  const application = await newApplication(kms)
  const { keyId } = (await actor(kms)(CreateKey, createKey, { dKMSInstanceId: application.instanceId })).keyMetadata

  const ram = (action: string, parameters: Record<string, string>) =>
    fixture.succeed(action, parameters, { version: '2015-05-01' })
  const newUser = async (name: string, policy?: string): Promise<SigningCredentials> => {
    await ram('CreateUser', { UserName: name })
    if (policy) await ram('AttachPolicyToUser', { PolicyType: 'System', PolicyName: policy, UserName: name })
    return newAccessKey(name)
  }
  const newAccessKey = async (name: string): Promise<SigningCredentials> => {
    const { AccessKey } = await ram('CreateAccessKey', { UserName: name })
    return { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
  }
  const newSessions = async (count: number): Promise<SigningCredentials[]> => {
    const trust = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: [`acs:ram::${kms.settings.accountId}:root`] },
    }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: [trust] })
    await ram('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument })
    const RoleArn = `acs:ram::${kms.settings.accountId}:role/worker`
    // The account itself assumes no roles.
    const assumer = await newUser('assumer', 'AliyunSTSAssumeRoleAccess')
    const assumed = Array.from({ length: count }, async (_, at) => {
      const version = '2015-04-01'
      const parameters = { RoleArn, RoleSessionName: `s-${at}` }
      const { Credentials } = await fixture.succeed('AssumeRole', parameters, { version, as: assumer })
      const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = Credentials
      return { accessKeyId, accessKeySecret, securityToken }
    })
    return Promise.all(assumed)
  }
  /** @returns the error code, or Success; the call may be dated into the future */
  const encrypt = async (as: SigningCredentials, aheadMs = 0): Promise<string> => {
    const date = new Date(kms.now().getTime() + aheadMs)
    const request = acs3Request(as, 'Encrypt', { KeyId: keyId, Plaintext: 'AAAA' }, { date })
    return bodyOf(await fixture.gateway.handle(request)).Code ?? 'Success'
  }
  const encryptAtInstance = async (as: Application, plaintext = Buffer.from('x')): Promise<string> => {
    const { status, error } = await callInstance(instance, kms, as, instanceApi.AdvanceEncrypt, { keyId, plaintext })
    return status === 200 ? 'Success' : error.errorCode
  }
  return { kms, fixture, instance, application, keyId, newUser, newAccessKey, newSessions, encrypt, encryptAtInstance }
}

const tally = (codes: readonly string[], code: string): number => codes.filter((other) => other === code).length
async function times<T>(count: number, call: (at: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let at = 0; at < count; at++) results.push(await call(at))
  return results
}

describe('a burst of one costs nobody else', () => {
  const rates = { perPrincipal: { symmetric: 10 } }
  type Service = Awaited<ReturnType<typeof service>>
  /** Who bursts, and with which right: each is all keys, sessions or ClientKeys of one principal. */
  const greedy: Readonly<Record<string, (made: Service) => Promise<() => Promise<string>>>> = {
    'a user without any right': async ({ newUser, encrypt }) => {
      const user = await newUser('nobody')
      return () => encrypt(user)
    },
    'a user who may encrypt, with two AccessKeys': async ({ newUser, newAccessKey, encrypt }) => {
      const keys = [await newUser('writer', 'AliyunKMSCryptoUserAccess'), await newAccessKey('writer')]
      let at = 0
      return () => encrypt(keys[at++ % 2] as SigningCredentials)
    },
    'a role with twelve sessions': async ({ newSessions, encrypt }) => {
      const sessions = await newSessions(12)
      let at = 0
      return () => encrypt(sessions[at++ % 12] as SigningCredentials)
    },
    'an application': async ({ kms, application, encryptAtInstance }) => {
      const { instanceId } = application
      const other = await newApplication(kms, { name: 'greedy', instanceId })
      return () => encryptAtInstance(other)
    },
    'an application with long plaintexts': async ({ kms, application, encryptAtInstance }) => {
      const { instanceId } = application
      const other = await newApplication(kms, { name: 'greedy', instanceId })
      return () => encryptAtInstance(other, Buffer.alloc(100_000))
    },
  }
  for (const [who, prepare] of Object.entries(greedy)) {
    test(`${who}: it is told to wait, and nobody else`, async () => {
      const made = await service({ throttle: rates })
      const burst = await prepare(made)
      const user = await made.newUser('modest', 'AliyunKMSCryptoUserAccess')
      const codes = await times(200, burst)
      const admitted = codes.length - tally(codes, 'Rejected.Throttling')
      assert.ok(admitted > 0 && admitted <= 50, `${admitted} calls were let in`)
      const others = await times(40, async (at) => {
        await burst()
        if (at % 4 === 0) return made.encrypt(made.fixture.account)
        return at % 4 === 1 ? made.encryptAtInstance(made.application) : made.encrypt(user)
      })
      assert.equal(tally(others, 'Success'), 40, [...new Set(others)].join())
    })
  }

  test('forgeries under the AccessKey id of others cost those nothing', async () => {
    const { newUser, encrypt } = await service()
    const user = await newUser('modest', 'AliyunKMSCryptoUserAccess')
    const outcomes = await times(50, async () => {
      assert.notEqual(await encrypt({ ...user, accessKeySecret: 'guess' }), 'Success')
      return encrypt(user)
    })
    assert.equal(tally(outcomes, 'Success'), 50)
  })

  test('calls dated into the future push out nobody else’s memory of replays', async () => {
    const { newUser, encrypt, fixture, kms } = await service({ memory: remembering(500) })
    const user = await newUser('nobody')
    const kept = acs3Request(fixture.account, 'ListKeys', {}, { date: kms.now() })
    assert.equal((await fixture.gateway.handle(kept)).status, 200)
    await times(2000, () => encrypt(user, 14 * 60_000))
    const outcomes = await times(50, () => encrypt(fixture.account))
    assert.equal(tally(outcomes, 'Success'), 50)
    assert.equal(bodyOf(await fixture.gateway.handle(kept)).Code, 'SignatureNonceUsed')
  })

  test('calls that are told to wait are not remembered', async () => {
    const options = { throttle: rates, memory: remembering(100) }
    const { newUser, encrypt, fixture, kms } = await service(options)
    const user = await newUser('nobody')
    const kept = acs3Request(user, 'Encrypt', { KeyId: 'none', Plaintext: 'AAAA' }, { date: kms.now() })
    assert.notEqual(bodyOf(await fixture.gateway.handle(kept)).Code, 'Rejected.Throttling')
    await times(1000, () => encrypt(user))
    assert.equal(await encrypt(fixture.account), 'Success')
  })

  test('key pairs that one application asks for keep nobody else from a key', async () => {
    const { kms, instance, application, keyId, fixture } = await service()
    let finished = 0
    const pairs = Array.from({ length: 6 }, async () => {
      const input = { keyId, keyPairSpec: 'RSA_2048' }
      await callInstance(instance, kms, application, instanceApi.GenerateDataKeyPair, input)
      finished++
    })
    // until the first is done, all the others wait
    await Promise.race(pairs)
    const before = finished
    await fixture.succeed('CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN/VERIFY' })
    assert.ok(finished - before <= 3, `${finished - before} others came first`)
    await Promise.all(pairs)
  })

  test('of what is under way at once, everybody has a share', async () => {
    const { newUser, encrypt, fixture } = await service({ throttle: { atOncePerPrincipal: 5 } })
    const user = await newUser('nobody')
    const [codes, others] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => encrypt(user))),
      Promise.all(Array.from({ length: 5 }, () => encrypt(fixture.account))),
    ])
    assert.equal(tally(codes, 'Forbidden.NoPermission'), 5)
    assert.equal(tally(codes, 'Rejected.Throttling'), 45)
    assert.equal(tally(others, 'Success'), 5)
  })
})
