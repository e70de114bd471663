import type { Kms } from '../../src/core/kms.ts'
import type { RotationTarget } from '../../src/core/rotation-target.ts'
import { secrets, secretVersions } from '../../src/core/secrets/secret.ts'
import { actor } from './calls.ts'
import { importMaterial } from './import.ts'
import { testKms } from './kms.ts'
import { acs3Request, type CallOptions, type OpenapiFixture, openapiFixture, v1Request } from './openapi.ts'
import { jsonLeaves, xmlLeaves } from './xml.ts'

export type Parameters = Readonly<Record<string, string>>

/** An answer of a gateway, whatever it was written in. */
export interface WireAnswer {
  readonly status: number
  readonly root: string
  /** `path=text` in the order of the answer */
  readonly leaves: readonly string[]
  readonly text: string
}

/** What passwords of `password1`, `password2`, … open. */
function rotationTarget(): RotationTarget {
  let made = 0
  let password = ''
  return {
    prepare: async () => JSON.stringify({ AccountName: 'app', AccountPassword: `password${++made}` }),
    apply: async (_state, next) => {
      password = next
    },
    accepts: async (_state, value) => value === password,
  }
}

export interface SecretsService extends OpenapiFixture {
  readonly kms: Kms
  advance(milliseconds: number): void
  /** sends a call in one of the formats and by one of the signatures, to one of the hosts */
  ask(action: string, parameters: Parameters, options?: AskOptions): Promise<WireAnswer>
  /** everything that is kept of secrets, to see that nothing changed */
  kept(): Promise<string>
}

export interface AskOptions extends CallOptions {
  readonly format?: 'JSON' | 'XML'
  readonly host?: string
}

/** A gateway for secrets, the same at every run: with the same calls, it answers the same. */
export async function secretsService(): Promise<SecretsService> {
  const { kms: plain, advance } = await testKms({ seed: 'secrets' })
  const target = rotationTarget()
  const kms: Kms = { ...plain, rotationTarget: () => target }
  const fixture = await openapiFixture(kms)
  return {
    ...fixture,
    kms,
    advance,
    async ask(
      action,
      parameters,
      { as = fixture.account, scheme = 'V1', place = 'query', format = 'JSON', host } = {},
    ) {
      const make = scheme === 'V1' ? v1Request : acs3Request
      const asked = format === 'XML' ? { ...parameters, Format: format } : parameters
      const request = make(as, action, asked, { date: kms.now(), place, host })
      const response = await fixture.gateway.handle(request)
      const text = String(response.body)
      const read = format === 'XML' ? xmlLeaves(text) : { root: '', leaves: jsonLeaves(JSON.parse(text)) }
      return { status: response.status, ...read, text }
    },
    async kept() {
      const all = { offset: 0, limit: 1000 }
      const found = [await kms.records.list(secrets, {}, all), await kms.records.list(secretVersions, {}, all)]
      return JSON.stringify(found.map(({ items }) => items))
    },
  }
}

/** A user with one policy, and its AccessKey. */
export async function userWith(fixture: OpenapiFixture, UserName: string, ...Statement: readonly object[]) {
  const ram = { version: '2015-05-01' }
  const PolicyDocument = JSON.stringify({ Version: '1', Statement })
  await fixture.succeed('CreateUser', { UserName }, ram)
  await fixture.succeed('CreatePolicy', { PolicyName: UserName, PolicyDocument }, ram)
  await fixture.succeed('AttachPolicyToUser', { UserName, PolicyName: UserName, PolicyType: 'Custom' }, ram)
  const { AccessKey } = await fixture.succeed('CreateAccessKey', { UserName }, ram)
  return { accessKeyId: AccessKey.AccessKeyId as string, accessKeySecret: AccessKey.AccessKeySecret as string }
}

/** Secrets in every state that a call can meet: see each line. */
export async function secretsInAllStates(service: SecretsService) {
  const { succeed } = service
  const create = (SecretName: string, more: Parameters = {}) =>
    succeed('CreateSecret', { SecretName, VersionId: 'v1', SecretData: 'first', ...more })
  const newKey = async (more: Parameters = {}): Promise<string> =>
    (await succeed('CreateKey', more)).KeyMetadata.KeyId as string
  await create('app')
  await create('gone')
  await succeed('DeleteSecret', { SecretName: 'gone' })
  await create('binary', { SecretData: ' AA==\r\n', SecretDataType: 'binary' })
  await create('managed', managedSecret)
  const [key, disabled, leaving] = [await newKey(), await newKey(), await newKey()]
  await create('of-key', { EncryptionKeyId: key })
  await create('of-disabled-key', { EncryptionKeyId: disabled })
  await succeed('DisableKey', { KeyId: disabled })
  await create('of-leaving-key', { EncryptionKeyId: leaving })
  await succeed('ScheduleKeyDeletion', { KeyId: leaving, PendingWindowInDays: '7' })
  const emptied = await newKey({ Origin: 'EXTERNAL' })
  await importMaterial(
    actor(service.kms),
    emptied,
    Uint8Array.from({ length: 32 }, (_, at) => at),
  )
  await create('of-emptied-key', { EncryptionKeyId: emptied })
  await succeed('DeleteKeyMaterial', { KeyId: emptied })
  return { key, disabled, leaving, emptied }
}

export const managedSecret: Parameters = {
  SecretType: 'Rds',
  SecretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
  ExtendedConfig: '{"SecretSubType":"SingleUser", "DBInstanceId":"rm-1","CustomData":{"Port":"5432"}}',
}
