import {
  CreateApplicationAccessPoint,
  CreateClientKey,
  CreateNetworkRule,
  CreatePolicy,
  DeleteApplicationAccessPoint,
  DeleteNetworkRule,
  DeletePolicy,
} from '../../../api/application-access.ts'
import { GetKmsInstance } from '../../../api/instances.ts'
import { call } from '../../call.ts'
import { zip } from '../../parts/zip.ts'
import { readyPrograms } from './ready-programs.ts'

export interface NewApplication {
  readonly name: string
  readonly instanceId: string
  /** key ids, or `*` for every key of the instance */
  readonly keyIds: readonly string[]
  readonly secretNames: readonly string[]
  /** addresses and CIDR blocks; none: from everywhere */
  readonly addresses: readonly string[]
  readonly password: string
}

const template = 'RbacPermission/Template'

export interface MadeApplication {
  readonly name: string
  /** everything that the application needs; the private key is nowhere else */
  readonly archive: Uint8Array
  readonly clientKeyId: string
  readonly requestId: string
}

/** Lets an application in: network rule, policy, access point, ClientKey. What was made before one of them failed is taken back. */
export async function setUpApplication(application: NewApplication): Promise<MadeApplication> {
  const { name, instanceId, keyIds, secretNames, addresses, password } = application
  const takeBack: (() => Promise<unknown>)[] = []
  try {
    if (addresses.length > 0) {
      await call(CreateNetworkRule, { name, type: 'Private', sourcePrivateIp: addresses })
      takeBack.unshift(() => call(DeleteNetworkRule, { name }))
    }
    await call(CreatePolicy, {
      name,
      kmsInstance: instanceId,
      permissions: [
        ...(keyIds.length > 0 ? [`${template}/CryptoServiceKeyUser`] : []),
        ...(secretNames.length > 0 ? [`${template}/CryptoServiceSecretUser`] : []),
      ],
      resources: [...keyIds.map((id) => `key/${id}`), ...secretNames.map((secret) => `secret/${secret}`)],
      ...(addresses.length > 0 ? { accessControlRules: { networkRules: [name] } } : {}),
    })
    takeBack.unshift(() => call(DeletePolicy, { name }))
    await call(CreateApplicationAccessPoint, { name, policies: [name] })
    takeBack.unshift(() => call(DeleteApplicationAccessPoint, { name }))
    const clientKey = await call(CreateClientKey, { aapName: name, password })
    const { kmsInstance } = await call(GetKmsInstance, { kmsInstanceId: instanceId })
    return {
      name,
      archive: archiveOf(application, clientKey, kmsInstance.caCertificateChainPem),
      clientKeyId: clientKey.clientKeyId,
      requestId: clientKey.requestId,
    }
  } catch (error) {
    for (const undo of takeBack) await undo().catch(() => undefined)
    throw error
  }
}

interface ClientKey {
  readonly clientKeyId: string
  readonly privateKeyData: string
}

function archiveOf(
  { name, instanceId, keyIds, secretNames, password }: NewApplication,
  { clientKeyId, privateKeyData }: ClientKey,
  ca: string,
): Uint8Array {
  const keyId = keyIds.find((id) => id !== '*')
  const secretName = secretNames.find((secret) => secret !== '*')
  const programs = readyPrograms({ endpoint: endpointOf(instanceId), keyId, secretName })
  return zip(
    [
      {
        name: 'clientKey.json',
        content: `${JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData }, null, 2)}\n`,
      },
      { name: 'password.txt', content: password },
      { name: 'ca.pem', content: ca },
      ...programs,
    ].map((file) => ({ ...file, name: `${name}/${file.name}` })),
  )
}

/** The instance gateway answers where this page comes from, by HTTPS; its own name is for inside a virtual network. */
const endpointOf = (instanceId: string): string =>
  location.protocol === 'https:' ? location.host : `${instanceId}.cryptoservice.kms.aliyuncs.com`

const kinds = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '~!@#$%^&*?_-']
const passwordLength = 32

/** A password that CreateClientKey takes, with every kind of character in it. */
export function newPassword(): string {
  for (;;) {
    const text = Array.from({ length: passwordLength }, () => pick(kinds.join(''))).join('')
    if (kinds.every((kind) => [...text].some((char) => kind.includes(char)))) return text
  }
}

/** Without the bias of a remainder: what lies beyond the last whole round is drawn again. */
function pick(alphabet: string): string {
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < 256 - (256 % alphabet.length)) return alphabet.charAt(byte % alphabet.length)
  }
}
