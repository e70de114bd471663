import type { Client } from '../../sdk/client.ts'
import { ServiceError } from '../../sdk/errors.ts'
import { CliError } from '../failure.ts'
import { Undo } from '../undo.ts'
import { newPassword } from './password.ts'

export interface Application {
  readonly name: string
  readonly instanceId: string
  /** ids, aliases or ARNs; `*` for all of the instance */
  readonly keys: readonly string[]
  readonly secrets: readonly string[]
  /** addresses and CIDR blocks; none means everywhere */
  readonly from: readonly string[]
  readonly notAfter: string | undefined
}

const template = 'RbacPermission/Template'

/**
 * Makes an access point of this name with a policy and, if need be, a network rule of the same name, and a ClientKey.
 * What was made before something failed is taken back.
 */
export async function setUpApplication(client: Client, application: Application) {
  const { name } = application
  const keyIds = await resolveKeys(client, application)
  await using undo = new Undo()
  const step = async (make: () => Promise<unknown>, takeBack: () => Promise<unknown>): Promise<void> => {
    await made(make, name)
    undo.defer(async () => {
      await takeBack()
    })
  }
  if (application.from.length > 0) {
    await step(
      () => client.createNetworkRule({ name, type: 'Private', sourcePrivateIp: application.from }),
      () => client.deleteNetworkRule({ name }),
    )
  }
  await step(
    () => client.createPolicy({ ...policyOf(application, keyIds), name }),
    () => client.deletePolicy({ name }),
  )
  await step(
    () => client.createApplicationAccessPoint({ name, policies: [name] }),
    () => client.deleteApplicationAccessPoint({ name }),
  )
  const password = newPassword()
  const { requestId: _, ...clientKey } = await client.createClientKey({
    aapName: name,
    password,
    ...(application.notAfter === undefined
      ? {}
      : { notBefore: `${new Date().toISOString().slice(0, 19)}Z`, notAfter: application.notAfter }),
  })
  undo.move()
  return { ...clientKey, password, keyIds }
}

/**
 * The ClientKeys of an application go with its access point. What an interrupted call has left behind goes, too.
 *
 * @throws ServiceError `Forbidden.ResourceNotFound` if there is nothing of this name
 */
export async function takeDownApplication(client: Client, name: string): Promise<void> {
  const absences = [
    await absence(client.deleteApplicationAccessPoint({ name })),
    await absence(client.deletePolicy({ name })),
    await absence(client.deleteNetworkRule({ name })),
  ]
  if (absences.every((error) => error !== undefined)) throw absences[0]
}

async function absence(work: Promise<unknown>): Promise<ServiceError | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'Forbidden.ResourceNotFound') return error
    throw error
  }
}

async function made(make: () => Promise<unknown>, name: string): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'Rejected.ResourceExist')) throw error
    throw new CliError('exists', `there is an application, policy or network rule ${name} already`, error)
  }
}

const policyOf = ({ instanceId, secrets, from, name }: Application, keyIds: readonly string[]) => ({
  kmsInstance: instanceId,
  permissions: [
    ...(keyIds.length === 0 ? [] : [`${template}/CryptoServiceKeyUser`]),
    ...(secrets.length === 0 ? [] : [`${template}/CryptoServiceSecretUser`]),
  ],
  resources: [...keyIds.map((id) => `key/${id}`), ...secrets.map((secret) => `secret/${secret}`)],
  ...(from.length === 0 ? {} : { accessControlRules: { networkRules: [name] } }),
})

async function resolveKeys(client: Client, { keys, instanceId }: Application): Promise<readonly string[]> {
  const { defaultKmsInstanceId } = await client.getDefaultKmsInstance()
  const found = keys.map(async (key) => {
    if (key === '*') return key
    const { keyId, dKMSInstanceId } = (await client.describeKey({ keyId: key })).keyMetadata
    // Keys outside of any instance are served by the default one.
    const home = dKMSInstanceId || defaultKmsInstanceId
    if (home !== instanceId) throw new CliError('otherInstance', `the key ${key} is not in the instance ${instanceId}`)
    return keyId
  })
  return Promise.all(found)
}
