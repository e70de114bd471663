import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KmsErrorCode } from '../../src/api/errors.ts'
import { DeleteKeyMaterial } from '../../src/api/key-material.ts'
import { CreateKey, DescribeKey, DisableKey, ScheduleKeyDeletion } from '../../src/api/keys.ts'
import type { RequestOf } from '../../src/api/operation.ts'
import { deleteKeyMaterial } from '../../src/core/key-material/delete-key-material.ts'
import { createKey } from '../../src/core/keys/create-key.ts'
import { describeKey } from '../../src/core/keys/describe-key.ts'
import { disableKey } from '../../src/core/keys/disable-key.ts'
import { keyVersions } from '../../src/core/keys/key.ts'
import { scheduleKeyDeletion } from '../../src/core/keys/schedule-key-deletion.ts'
import type { Kms } from '../../src/core/kms.ts'
import { keySpecs } from '../../src/crypto/algorithms.ts'
import { generateKeyMaterial } from '../../src/crypto/key-material.ts'
import { type Actor, actor, answerOf } from './calls.ts'
import { importMaterial } from './import.ts'
import { testKms } from './kms.ts'

export const states = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport'] as const
export type State = (typeof states)[number]

/** A key in some state, and whom to ask for operations on it. */
export interface KeyInState {
  readonly kms: Kms
  readonly actor: Actor
  readonly keyId: string
  /** the first version; a key waiting for its material has one too, emptied */
  readonly keyVersionId: string
  /** SubjectPublicKeyInfo; empty unless the key is asymmetric */
  readonly publicKey: Uint8Array
  /** what was imported; of other keys nothing that matters */
  readonly material: Uint8Array
}

/** What an operation answers in each state: `ok`, or the code of its refusal. */
export interface StateRow {
  readonly operation: string
  /** how to create the key; Aliyun_AES_256 unless said */
  readonly key?: RequestOf<typeof CreateKey>
  /** runs before the key gets into its state */
  readonly prepare?: (key: KeyInState) => Promise<unknown>
  readonly attempt: (key: KeyInState, prepared: unknown) => Promise<unknown>
  readonly answers: Readonly<Record<State, 'ok' | KmsErrorCode>>
  /** state afterwards, where the operation changes it */
  readonly leads?: Partial<Record<State, State>>
}

export const everywhere = (answer: 'ok' | KmsErrorCode): StateRow['answers'] => ({
  Enabled: answer,
  Disabled: answer,
  PendingDeletion: answer,
  PendingImport: answer,
})
/** What uses of a key answer. */
export const onlyEnabled: StateRow['answers'] = {
  Enabled: 'ok',
  Disabled: 'Rejected.Disabled',
  PendingDeletion: 'Rejected.PendingDeletion',
  PendingImport: 'Rejected.PendingImport',
}

/** One test for each operation and state. */
export function testStates(rows: readonly StateRow[]): void {
  for (const row of rows) {
    for (const state of states) {
      const answer = row.answers[state]
      test(`${row.operation} answers ${answer} for a key in state ${state}`, () => checkRow(row, state))
    }
  }
}

async function checkRow(row: StateRow, state: State): Promise<void> {
  const { key, prepared } = await keyIn(state, row)
  assert.equal(await stateOf(key), state)
  assert.equal(await answerOf(row.attempt(key, prepared)), row.answers[state])
  assert.equal(await stateOf(key), row.leads?.[state] ?? state)
}

async function keyIn(state: State, row: StateRow): Promise<{ key: KeyInState; prepared: unknown }> {
  const { kms } = await testKms()
  const as = actor(kms)
  const origin = state === 'PendingImport' ? 'EXTERNAL' : row.key?.origin
  const input = { ...row.key, ...(origin ? { origin } : {}) }
  const { keyMetadata } = await as(CreateKey, createKey, input)
  const { keyId } = keyMetadata
  const material = await materialFor(keyMetadata.keySpec)
  if (origin === 'EXTERNAL') await importMaterial(as, keyId, material)
  const { items } = await kms.records.list(keyVersions, { key: [keyId] }, { offset: 0, limit: 1 })
  const publicKey = Buffer.from(items[0]?.body.publicKey ?? '', 'base64')
  const key: KeyInState = { kms, actor: as, keyId, keyVersionId: items[0]?.id ?? '', publicKey, material }
  const prepared = await row.prepare?.(key)
  if (state === 'Disabled') await as(DisableKey, disableKey, { keyId })
  if (state === 'PendingDeletion') await as(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  if (state === 'PendingImport') await as(DeleteKeyMaterial, deleteKeyMaterial, { keyId })
  return { key, prepared }
}

function materialFor(keySpec: string): Promise<Uint8Array> {
  const entry = keySpecs.get(keySpec)
  assert.ok(entry)
  return generateKeyMaterial(entry)
}

const stateOf = async ({ actor: as, keyId }: KeyInState): Promise<string> =>
  (await as(DescribeKey, describeKey, { keyId })).keyMetadata.keyState
