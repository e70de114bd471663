import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Throttle } from '../src/gateway/throttle.ts'
import { testKms } from './kit/kms.ts'
import { acs3Request, bodyOf, openapiFixture, v1Request } from './kit/openapi.ts'

const minute = 60_000
const hour = 60 * minute

/** A gateway whose wall clock can be wrong, for clients that always know the time. */
async function gatewayWithClocks() {
  const { kms, advance } = await testKms()
  const clock = { monotonicMs: 0, offMs: 0 }
  const monotonicMs = () => clock.monotonicMs
  const throttle = new Throttle({ perAccount: { read: 5 }, monotonicMs })
  const fixture = await openapiFixture(kms, { monotonicMs, throttle })
  const right = () => new Date(kms.now().getTime() - clock.offMs)
  const send = async (request: ReturnType<typeof v1Request>) => bodyOf(await fixture.gateway.handle(request))
  return {
    fixture,
    right,
    send,
    pass(ms: number) {
      advance(ms)
      clock.monotonicMs += ms
    },
    jump(ms: number) {
      advance(ms)
      clock.offMs += ms
    },
    /** @returns the error code, if any, of each kind of call */
    outcomes: async () => {
      const made = [v1Request, acs3Request].flatMap((make) => [
        make(fixture.account, 'ListKeys', {}, { date: right() }),
        make(fixture.account, 'CreateAlias', { AliasName: 'alias/x', KeyId: 'none' }, { date: right() }),
      ])
      const codes = []
      for (const request of made) codes.push((await send(request)).Code ?? 'Success')
      return codes
    },
  }
}

const fine = ['Success', 'Forbidden.KeyNotFound', 'Success', 'Forbidden.KeyNotFound']
const expired = Array.from({ length: 4 }, () => 'InvalidTimeStamp.Expired')

describe('a server whose clock jumps', () => {
  for (const by of [hour, -hour, 10 * hour]) {
    for (const forMs of [1000, 40 * minute]) {
      test(`${by / hour} hours off for ${forMs / minute} minutes: refuses meanwhile, then serves at once, and nothing twice`, async () => {
        const { fixture, right, send, pass, jump, outcomes } = await gatewayWithClocks()
        assert.deepEqual(await outcomes(), fine)
        pass(20 * minute)
        const kept = acs3Request(fixture.account, 'CreateKey', {}, { date: right() })
        assert.ok((await send(kept)).KeyMetadata)
        jump(by)
        assert.deepEqual(await outcomes(), expired)
        pass(forMs)
        assert.deepEqual(await outcomes(), expired)
        jump(-by)
        assert.deepEqual(await outcomes(), fine)
        const again = (await send(kept)).Code
        assert.equal(again, forMs > 15 * minute ? 'InvalidTimeStamp.Expired' : 'SignatureNonceUsed')
        for (let count = 0; count < 100; count++) {
          pass(minute)
          assert.deepEqual(await outcomes(), fine, `${count} minutes later`)
        }
      })
    }
  }

  test('limits and waits of the time that was wrong are over when their real time is', async () => {
    const { fixture, right, send, pass, jump } = await gatewayWithClocks()
    const list = () => send(v1Request(fixture.account, 'ListKeys', {}, { date: right() }))
    const guess = () =>
      send(
        v1Request({ ...fixture.account, accessKeySecret: 'x' }, 'ListKeys', {}, { date: new Date(fixture.kms.now()) }),
      )
    jump(hour)
    for (let count = 0; count < 11; count++) await guess()
    assert.equal((await guess()).Code, 'Rejected.Throttling')
    jump(-hour)
    for (let count = 0; count < 5; count++) assert.equal((await list()).Code, undefined)
    assert.equal((await list()).Code, 'Rejected.Throttling')
    jump(-hour)
    jump(hour)
    pass(1000)
    assert.equal((await list()).Code, undefined)
    assert.equal((await guess()).Code, 'SignatureDoesNotMatch')
  })

  test('trust-clock ends what a time left behind that was wrong for long, with its clients', async () => {
    const { fixture, send, pass, jump } = await gatewayWithClocks()
    const list = () => send(acs3Request(fixture.account, 'ListKeys', {}, { date: fixture.kms.now() }))
    jump(hour)
    for (let count = 0; count < 40; count++, pass(minute)) assert.equal((await list()).Code, undefined)
    jump(-hour)
    assert.equal((await list()).Code, undefined, 'nothing was seen at the right time')
    pass(30 * minute)
    assert.equal((await list()).Code, 'InvalidTimeStamp.Expired', 'this minute was seen, and is forgotten')
    fixture.gateway.trustClock()
    assert.equal((await list()).Code, undefined)
  })
})
