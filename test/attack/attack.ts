import assert from 'node:assert/strict'
import * as instanceApi from '../../src/api/instance.ts'
import { operations } from '../../src/api/operations.ts'
import type { HttpRequest } from '../../src/gateway/http.ts'
import { instanceGateway } from '../../src/gateway/instance/handle.ts'
import { encodeMessage } from '../../src/wire/protobuf.ts'
import { type Application, callInstance, instanceRequest, newApplication } from '../kit/instance.ts'
import { testKms } from '../kit/kms.ts'
import { acs3Request, type OpenapiFixture, openapiFixture, v1Request } from '../kit/openapi.ts'
import { type Step, take, tours, World } from '../kit/tour.ts'
import { mutatedBytes, mutatedParameters, mutatedText } from './mutate.ts'
import { Random } from './random.ts'

/*
 * Requests that are damaged first and signed afterwards, so that they get past the signature and at whatever is behind it.
 * None may be answered with a fault of ours.
 */

export interface Attack {
  readonly requests: number
  readonly seed: number
  /** told after each service that was worn out */
  readonly progress?: (sent: number) => void
}

export interface Outcome {
  readonly sent: number
  /** answers by status */
  readonly statuses: ReadonlyMap<number, number>
  /** operations of both gateways that were done at least once */
  readonly succeeded: ReadonlySet<string>
  /** what was answered with 5xx, and how to send it again */
  readonly faults: readonly string[]
}

interface State {
  readonly random: Random
  sent: number
  readonly statuses: Map<number, number>
  readonly succeeded: Set<string>
  readonly faults: string[]
}

const fieldsOf = new Map(operations.map(({ api, name, request }) => [`${api.version} ${name}`, Object.keys(request)]))
/** Making RSA keys is slow, and not what is attacked here. */
const isCheap = (values: readonly string[]): boolean => !/RSA/.test(values.join())

/** @returns what came of it; a request that crashes ends the process */
export async function attack({ requests, seed, progress }: Attack): Promise<Outcome> {
  const random = new Random(seed)
  const state: State = { random, sent: 0, statuses: new Map(), succeeded: new Set(), faults: [] }
  for (let round = 0; state.sent < requests; round++) {
    for (const steps of tours) {
      // the first time nothing is damaged, so that every operation succeeds
      const each = round === 0 ? 0 : 12
      if (state.sent < requests) await attackOpenapi(state, steps, each, requests)
    }
    if (state.sent < requests) await attackInstance(state, Math.min(600, requests - state.sent))
    progress?.(state.sent)
  }
  return state
}

function note(state: State, name: string, status: number, how: () => string): void {
  state.sent++
  state.statuses.set(status, (state.statuses.get(status) ?? 0) + 1)
  if (status === 200) state.succeeded.add(name)
  if (status >= 500) state.faults.push(`${name} ${status} ${how()}`)
}

async function attackOpenapi(state: State, steps: readonly Step[], each: number, requests: number): Promise<void> {
  const fixture = await openapiFixture((await testKms()).kms)
  const world = new World(fixture.kms.settings.accountId)
  for (const step of steps) {
    for (let count = 0; count < each && state.sent < requests; count++) await attackStep(state, fixture, step, world)
    const { status, body } = await take(step, fixture, world)
    note(state, `openapi ${step.version ?? '2016-01-20'} ${step.action}`, status, () => JSON.stringify(body))
    // Some have no success in a new deployment: the right refusal is what there is.
    if (step.code !== undefined && body.Code === step.code)
      state.succeeded.add(`openapi ${step.version ?? '2016-01-20'} ${step.action}`)
    fixture.audit.length = 0
    fixture.reports.length = 0
  }
}

async function attackStep(state: State, fixture: OpenapiFixture, step: Step, world: World): Promise<void> {
  const { random } = state
  const version = step.version ?? '2016-01-20'
  const name = `${version} ${step.action}`
  const parameters = mutatedParameters(random, step.parameters(world), fieldsOf.get(name) ?? [])
  if (!isCheap(Object.values(parameters))) return
  const make = random.of([v1Request, acs3Request])
  const place = random.of(['query', 'form'] as const)
  const method = random.of(['GET', 'POST'] as const)
  const request = make(fixture.account, step.action, parameters, { date: fixture.kms.now(), version, place, method })
  const { status } = await fixture.gateway.handle(request)
  const cause = fixture.reports.at(-1)?.cause
  note(state, `openapi ${name}`, status, () => `${place} ${JSON.stringify(parameters)} ${stackOf(cause)}`)
}

const stackOf = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))

async function attackInstance(state: State, count: number): Promise<void> {
  const { random } = state
  const { kms } = await testKms({ settings: { allowEcb: true } })
  const application = await newApplication(kms)
  let cause: unknown
  const report = (told: { readonly cause?: unknown }): void => {
    cause = told.cause
  }
  const gateway = instanceGateway({ kms, audit: { append: async () => {} }, report })
  const inputs = await validInputs(gateway, kms, application)
  for (let sent = 0; sent < count; sent++) {
    // each first as it is, then damaged
    const whole = sent < instanceApi.instanceOperations.length ? instanceApi.instanceOperations[sent] : undefined
    const operation = whole ?? random.of(instanceApi.instanceOperations)
    const valid = inputs.get(operation.name) ?? {}
    const body = encodeMessage(operation.request, (whole ? valid : mutatedInput(random, valid)) as never)
    const bytes = !whole && random.below(3) === 0 ? mutatedBytes(random, body) : body
    if (!isCheap([Buffer.from(bytes).toString('latin1')])) continue
    const request: HttpRequest = instanceRequest(kms, application, operation.name, bytes)
    const { status } = await gateway.handle(request)
    note(state, `instance ${operation.name}`, status, () => `${Buffer.from(bytes).toString('hex')} ${stackOf(cause)}`)
  }
}

type Input = Readonly<Record<string, unknown>>

function mutatedInput(random: Random, valid: Input): Input {
  const made: Record<string, unknown> = { ...valid }
  for (let count = 1 + random.below(2); count > 0; count--) {
    const name = random.of(Object.keys(valid))
    const value = made[name]
    if (random.below(6) === 0) delete made[name]
    else if (typeof value === 'string') made[name] = mutatedText(random, value, []).toWellFormed()
    else if (typeof value === 'number') made[name] = random.of([0, -1, 1, 64, 65, 1024, 2 ** 31 - 1, -(2 ** 31)])
    else if (value instanceof Uint8Array) made[name] = mutatedBytes(random, value)
  }
  return made
}

/** Inputs of each operation that are done as they are, but for secrets, of which there are none. */
async function validInputs(
  gateway: ReturnType<typeof instanceGateway>,
  kms: Parameters<typeof newApplication>[0],
  application: Application,
): Promise<ReadonlyMap<string, Input>> {
  const fixture = await openapiFixture(kms)
  const create = async (parameters: Record<string, string>): Promise<string> =>
    (await fixture.succeed('CreateKey', { DKMSInstanceId: application.instanceId, ...parameters })).KeyMetadata.KeyId
  const [keyId, signing, mac] = [
    await create({}),
    await create({ KeySpec: 'EC_P256', KeyUsage: 'SIGN/VERIFY' }),
    await create({ KeySpec: 'HMAC_SHA_256' }),
  ]
  const plaintext = Buffer.from('attack')
  const aad = Buffer.from('aad')
  const call = <Q extends instanceApi.Message, R extends instanceApi.Message>(
    operation: instanceApi.InstanceOperation<Q, R>,
    input: instanceApi.MessageInput<Q>,
  ) => callInstance(gateway, kms, application, operation, input)
  const plain = (await call(instanceApi.Encrypt, { keyId, plaintext, aad })).values
  const advance = (await call(instanceApi.AdvanceEncrypt, { keyId, plaintext, aad })).values
  const compact = (await call(instanceApi.KmsEncrypt, { keyId, plaintext, aad })).values
  const signed = (await call(instanceApi.Sign, { keyId: signing, message: plaintext })).values
  const pair = { keyId, keyPairSpec: 'EC_P256', keyFormat: 'PEM', aad }
  const encrypting = { keyId, plaintext, aad, algorithm: 'AES_GCM', iv: Buffer.alloc(12, 7), paddingMode: '' }
  return new Map<string, Input>([
    ['Encrypt', encrypting],
    ['Decrypt', { keyId, ciphertextBlob: plain.ciphertextBlob, iv: plain.iv, aad, algorithm: 'AES_GCM' }],
    ['AdvanceEncrypt', encrypting],
    ['AdvanceDecrypt', { ciphertextBlob: advance.ciphertextBlob, aad, keyId, iv: advance.iv, algorithm: 'AES_GCM' }],
    ['Sign', { keyId: signing, message: plaintext, messageType: 'RAW', algorithm: 'ECDSA_SHA_256' }],
    ['Verify', { keyId: signing, message: plaintext, messageType: 'RAW', signature: signed.signature }],
    ['GenerateRandom', { length: 32 }],
    ['GenerateDataKey', { keyId, numberOfBytes: 32, aad }],
    ['AdvanceGenerateDataKey', { keyId, numberOfBytes: 32, aad }],
    ['GenerateDataKeyPair', pair],
    ['GenerateDataKeyPairWithoutPlaintext', pair],
    ['AdvanceGenerateDataKeyPair', pair],
    ['AdvanceGenerateDataKeyPairWithoutPlaintext', pair],
    ['GetPublicKey', { keyId: signing }],
    ['GetSecretValue', { secretName: 'none', versionStage: 'ACSCurrent' }],
    ['Hmac', { keyId: mac, message: plaintext }],
    ['Hash', { message: plaintext, algorithm: 'SM3' }],
    ['KmsEncrypt', { keyId, plaintext, aad }],
    ['KmsDecrypt', { ciphertextBlob: compact.ciphertextBlob, aad }],
  ])
}

/** @throws AssertionError naming what was answered with a fault, and which operations were never done */
export function assertHarmless({ faults, succeeded }: Outcome): void {
  assert.deepEqual(faults.slice(0, 3), [], `${faults.length} faults`)
  const all = [
    ...operations.map(({ api, name }) => `openapi ${api.version} ${name}`),
    ...instanceApi.instanceOperations.map(({ name }) => `instance ${name}`),
  ]
  const never = all.filter((name) => !succeeded.has(name) && name !== 'instance GetSecretValue')
  assert.deepEqual(never, [])
}
