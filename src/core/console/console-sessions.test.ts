import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { type TestKms, testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/console.ts'
import { CreateAccessKey, CreateUser, UpdateAccessKey } from '../../api/ram.ts'
import type { Caller } from '../access/caller.ts'
import { bootstrapAccount } from '../callers/bootstrap.ts'
import { findCredential } from '../callers/credentials.ts'
import type { ConsoleCall } from '../kms.ts'
import { createAccessKey } from '../ram/create-access-key.ts'
import { createUser } from '../ram/create-user.ts'
import { updateAccessKey } from '../ram/update-access-key.ts'
import { consoleCaller } from './console-caller.ts'
import { createConsoleSession } from './create-console-session.ts'
import { deleteConsoleSession } from './delete-console-session.ts'
import { getConsoleSession } from './get-console-session.ts'
import { listConsoleSessions } from './list-console-sessions.ts'
import { consoleSessionId, deleteExpiredConsoleSessions } from './session.ts'
import { refuseWithheld } from './withheld.ts'

let made: TestKms
let userKey: string
beforeEach(async () => {
  made = await testKms()
  await bootstrapAccount(made.kms)
  const account = actor(made.kms)
  await account(CreateUser, createUser, { userName: 'alice' })
  userKey = (await account(CreateAccessKey, createAccessKey, { userName: 'alice' })).accessKey.accessKeyId
})

const alice = async (): Promise<Caller> => {
  const credential = await findCredential(made.kms, userKey)
  assert.ok(credential)
  return { ...credential.caller, sourceAddress: '192.0.2.1', secureTransport: true }
}

/** Signs in. @returns what the cookie would hold */
async function signIn(caller: Caller, former?: string): Promise<string> {
  const console: ConsoleCall = { userAgent: 'Browser\u202e 1', token: former }
  const { kms } = made
  const call = { kms, caller, operation: api.CreateConsoleSession, requestId: '', audit: {}, console }
  await createConsoleSession(call, {})
  assert.ok(console.opened)
  return console.opened
}

const within = async (token: string): Promise<Caller> => {
  const who = await consoleCaller(made.kms, token)
  assert.ok(who, 'the session is open')
  return { ...who, sourceAddress: '192.0.2.1', secureTransport: true }
}
const isOver = async (token: string) => (await consoleCaller(made.kms, token)) === undefined

describe('a session of the console', () => {
  test('calls as who signed in, and of what opens it the store has the hash only', async () => {
    const token = await signIn(await alice())
    const caller = await within(token)
    assert.equal(caller.identity.type, 'RAMUser')
    const own = await actor(made.kms, caller)(api.GetConsoleSession, getConsoleSession, {})
    assert.equal(own.sessionId, consoleSessionId(token))
    assert.equal(own.idleSeconds, 900)
    assert.equal(own.expireTime, '2026-11-22T06:00:00Z')
    const stored = await made.store.get('console-session', own.sessionId)
    assert.ok(stored && !JSON.stringify(stored).includes(token))
  })

  test('ends when it is not used, however often it was; and at the latest after eight hours', async () => {
    const idle = await signIn(await alice())
    made.advance(15 * 60_000)
    assert.ok(await isOver(idle))
    const busy = await signIn(await alice())
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      await within(busy)
      made.advance(10 * 60_000)
    }
    await within(busy)
    made.advance(10 * 60_000)
    assert.ok(await isOver(busy))
    await deleteExpiredConsoleSessions(made.kms)
    assert.equal(await made.store.get('console-session', consoleSessionId(busy)), undefined)
  })

  test('ends with the AccessKey, and stays ended when that is enabled again', async () => {
    const token = await signIn(await alice())
    const account = actor(made.kms)
    const status = (to: 'Active' | 'Inactive') =>
      account(UpdateAccessKey, updateAccessKey, { userName: 'alice', userAccessKeyId: userKey, status: to })
    await within(token)
    await status('Inactive')
    assert.ok(await isOver(token))
    await status('Active')
    assert.ok(await isOver(token))
  })

  test('takes the place of the one that the browser had, and opens no other', async () => {
    const first = await signIn(await alice())
    const second = await signIn(await alice(), first)
    assert.ok(await isOver(first))
    assert.equal(await answerOf(signIn(await within(second))), 'InvalidConsoleRequest')
  })

  test('is opened from a page of the console only, twenty at most', async () => {
    const elsewhere = actor(made.kms, await alice())(api.CreateConsoleSession, createConsoleSession, {})
    assert.equal(await answerOf(elsewhere), 'InvalidConsoleRequest')
    const first = await signIn(await alice())
    for (let count = 1; count < 21; count++) await signIn(await alice())
    assert.ok(await isOver(first))
    const { totalCount } = await actor(made.kms, await alice())(api.ListConsoleSessions, listConsoleSessions, {})
    assert.equal(totalCount, 20)
  })
})

describe('sessions of others', () => {
  test('are neither listed nor ended without the permission, whether they exist or not', async () => {
    const token = await signIn(await alice())
    const sessionId = consoleSessionId(token)
    const stranger = actor(made.kms, userCaller(made.kms))
    const own = await stranger(api.ListConsoleSessions, listConsoleSessions, {})
    assert.deepEqual(own.sessions, [])
    for (const id of [sessionId, '0'.repeat(64)]) {
      const ending = stranger(api.DeleteConsoleSession, deleteConsoleSession, { sessionId: id })
      assert.equal(await answerOf(ending), 'Forbidden.NoPermission')
    }
    const all = stranger(api.ListConsoleSessions, listConsoleSessions, { everybody: true })
    assert.equal(await answerOf(all), 'Forbidden.NoPermission')
    await within(token)
  })

  test('are listed and ended with it', async () => {
    const token = await signIn(await alice())
    const account = actor(made.kms)
    const { sessions } = await account(api.ListConsoleSessions, listConsoleSessions, { everybody: true })
    const [session] = sessions
    assert.ok(session)
    const { arn, userAgent, isCurrent } = session
    assert.deepEqual([arn.split('/').at(-1), userAgent, isCurrent], ['alice', 'Browser 1', false])
    await account(api.DeleteConsoleSession, deleteConsoleSession, { sessionId: session.sessionId })
    assert.ok(await isOver(token))
  })
})

test('a setting withholds operations, of the account itself or of everybody', async () => {
  const { kms } = made
  const caller = { ...(await within(await signIn(await alice()))), identity: accountIdentity }
  const call = { kms, caller, operation: CreateAccessKey, requestId: '', audit: {} }
  assert.equal(await answerOf(Promise.try(() => refuseWithheld(call, {}))), 'NoPermission')
  refuseWithheld(call, { userName: 'alice' })
  refuseWithheld({ ...call, caller: { ...caller, consoleSession: undefined } }, {})
})
const accountIdentity = { type: 'Account', id: '1', name: 'root' } as const
