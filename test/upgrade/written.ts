import assert from 'node:assert/strict'
import type { Api } from '../../src/api/operation.ts'
import type { ConnectionOptions } from '../../src/sdk/connection-options.ts'
import { ServiceError } from '../../src/sdk/errors.ts'
import { InstanceClient } from '../../src/sdk/instance-client.ts'
import { RpcConnection } from '../../src/sdk/rpc-connection.ts'
import { severalAtOnce } from '../kit/several-at-once.ts'

export type Parameters = Readonly<Record<string, string>>
type Body = Readonly<Record<string, unknown>>

/** A call that changes nothing, as it goes over the wire. */
export interface Question {
  readonly as: 'account' | 'user'
  readonly api: Api
  readonly action: string
  readonly parameters: Parameters
}

/** What a former release answered to it. */
export interface Asked extends Question {
  /** without the request id; or the code of the refusal */
  readonly answer: Body | { readonly refused: string }
}

/** What an application encrypted at the gateway of its instance. */
export interface InstanceCiphertext {
  readonly keyId: string
  readonly plaintext: string
  /** Base64 */
  readonly ciphertextBlob: string
  readonly iv: string
  readonly algorithm: string
}

/** What calls have left in a deployment, and how to ask for it. */
export interface Written {
  /** when: whatever is due later is not due yet */
  readonly at: string
  readonly credentials: Readonly<Record<Question['as'], { accessKeyId: string; accessKeySecret: string }>>
  readonly asked: readonly Asked[]
  readonly application: {
    readonly clientKeyContent: string
    readonly password: string
    readonly ciphertexts: readonly InstanceCiphertext[]
  }
}

export interface Reached extends Pick<ConnectionOptions, 'caFile'> {
  readonly endpoint: string
}

/** On a busy machine a server may take long for an answer, or refuse because its disk does. */
const patience = { attemptTimeoutMs: 120_000, timeoutMs: 120_000, retry: { attempts: 6 } } as const

/** Makes calls as somebody. */
export class Caller {
  readonly #connection: RpcConnection

  constructor(reached: Reached, credentials: Written['credentials'][Question['as']]) {
    this.#connection = new RpcConnection({ ...reached, ...credentials, ...patience })
  }

  /** @throws ServiceError */
  async call(api: Api, action: string, parameters: Parameters): Promise<Body> {
    const call = { api, action, parameters: new Map(Object.entries(parameters)), idempotent: false }
    const { RequestId, ...answer } = (await this.#connection.call(call)).body
    return answer
  }

  /** The same, with a refusal as an answer. */
  async ask(api: Api, action: string, parameters: Parameters): Promise<Asked['answer']> {
    try {
      return await this.call(api, action, parameters)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      return { refused: error.code }
    }
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

const callersAt = (reached: Reached, credentials: Written['credentials']) => ({
  account: new Caller(reached, credentials.account),
  user: new Caller(reached, credentials.user),
})

export async function answersTo(
  reached: Reached,
  credentials: Written['credentials'],
  questions: readonly Question[],
): Promise<readonly Asked[]> {
  const callers = callersAt(reached, credentials)
  try {
    return await severalAtOnce(questions, async (question) => {
      const { as, api, action, parameters } = question
      return { ...question, answer: await callers[as].ask(api, action, parameters) }
    })
  } finally {
    for (const caller of Object.values(callers)) await caller.close()
  }
}

/**
 * Asks a server everything that a former release was asked. It may say more than that did, but nothing else.
 *
 * @throws AssertionError for the first answer that is another one
 */
export async function requireSameAnswers(reached: Reached, written: Written): Promise<void> {
  const answers = await answersTo(reached, written.credentials, written.asked)
  for (const [index, { action, parameters, answer }] of written.asked.entries()) {
    const answered = answers[index]?.answer
    assert.partialDeepStrictEqual(answered, answer, `${action} ${JSON.stringify(parameters)}`)
  }
  const account = new Caller(reached, written.credentials.account)
  await signAnew(account, written).finally(() => account.close())
  await openAsApplication(reached, written)
}

/** That a signature verifies shows the public key; the private one shows by another signature. */
async function signAnew(account: Caller, { asked }: Written): Promise<void> {
  await severalAtOnce(asked, async ({ api, action, parameters }) => {
    if (action !== 'AsymmetricVerify') return
    const { Value, ...rest } = parameters
    const signed = await account.call(api, 'AsymmetricSign', rest)
    assert.notEqual(signed.Value, Value)
    const { Value: isVerified } = await account.call(api, action, { ...rest, Value: String(signed.Value) })
    assert.equal(isVerified, true, `${rest.Algorithm} of ${rest.KeyId}`)
  })
}

async function openAsApplication({ endpoint, caFile }: Reached, { application }: Written): Promise<void> {
  const { clientKeyContent, password, ciphertexts } = application
  await using client = new InstanceClient({ endpoint, caFile, clientKeyContent, password, ...patience })
  for (const { plaintext, ciphertextBlob, iv, ...rest } of ciphertexts) {
    const bytes = { ciphertextBlob: Buffer.from(ciphertextBlob, 'base64'), iv: Buffer.from(iv, 'base64') }
    const opened = await client.decrypt({ ...rest, ...bytes })
    assert.equal(Buffer.from(opened.plaintext).toString(), plaintext, rest.algorithm)
  }
}
