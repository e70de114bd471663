import type { secretTypes } from '../../api/secret-fields.ts'
import { secretRotationHours } from '../../api/secret-fields.ts'
import { invalidParameter, KmsError, missingParameter } from '../errors.ts'
import { secondsPerDay } from '../time.ts'

type SecretType = (typeof secretTypes)[number]

/** What a managed secret has besides its versions: what it opens, and how it rotates. */
export interface Managed {
  /** ExtendedConfig, exactly as it was given */
  readonly extendedConfig: string
  /** `Invalid`: rotation failed too often and waits for somebody */
  readonly automaticRotation: 'Enabled' | 'Disabled' | 'Invalid'
  /** present while rotation is on, and kept when it turns invalid */
  readonly rotationIntervalSeconds?: number | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ`, like all times here; of a new secret when it was created */
  readonly lastRotationAt: string
  readonly nextRotationAt?: string | undefined
  /** in a row */
  readonly failures: number
  /** a rotation that has begun; its version is stored, but not yet one of the secret's versions */
  readonly rotating?: Rotating | undefined
  /** the secret that CustomData.AdminSecret named when it was given; another one under its name is not meant */
  readonly admin?: Administrator | undefined
  /** hook by name, of generic secrets that rotate by our own extension */
  readonly hook?: string | undefined
}

export interface Administrator {
  /** record id of a secret, and the secret that it was */
  readonly id: string
  readonly uid: string
}

export interface Rotating {
  readonly versionId: string
  /** who carries it out; another node may take over once the time is up */
  readonly lease: string
  readonly leaseUntil: string
}

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', secondsPerDay],
])
const shortestSeconds = secretRotationHours.shortest * 3600
const longestSeconds = secretRotationHours.longest * 3600

/**
 * Reads RotationInterval of a secret: a whole number and `d`, `h`, `m` or `s`, 6 to 8760 hours.
 * @returns seconds
 * @throws KmsError `MissingParameter`, `InvalidParameter`
 */
export function parseSecretRotationInterval(text: string | undefined): number {
  if (!text) throw missingParameter('RotationInterval')
  const [, digits = '', unit = ''] = /^(\d{1,9})([dhms]?)$/.exec(text) ?? []
  const seconds = digits === '' ? 0 : Number(digits) * (unitSeconds.get(unit) ?? 0)
  if (seconds < shortestSeconds || seconds > longestSeconds) throw invalidParameter('RotationInterval')
  return seconds
}

type Config = Readonly<Record<string, unknown>>

/** @throws KmsError `MissingParameter`, `InvalidParameter` of ExtendedConfig for what is no JSON object */
export function parseExtendedConfig(text: string | undefined): Config {
  if (!text) throw missingParameter('ExtendedConfig')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Config
  } catch {
    // Answered like every other text that is no object.
  }
  throw invalidParameter('ExtendedConfig', 'It is a JSON object.')
}

/** What a type needs to know: members of ExtendedConfig that must be there, and the values of SecretSubType. */
interface TypeRules {
  readonly needs: readonly string[]
  readonly subTypes: readonly string[]
  /** the first version, as SecretData gives it; undefined for `$Auto`, which the first rotation makes */
  readonly firstValues: (data: string, config: Config) => readonly string[]
}

export const maxCustomData = 10
/** KMS API, CreateSecret: characters */
export const maxExtendedConfigLength = 1024

const types: Readonly<Record<Exclude<SecretType, 'Generic'>, TypeRules>> = {
  Rds: { needs: ['SecretSubType', 'DBInstanceId'], subTypes: ['SingleUser', 'DoubleUsers'], firstValues: accounts },
  PolarDB: {
    needs: ['SecretSubType', 'DBClusterId', 'DBType', 'AccountName'],
    subTypes: ['DoubleUsers'],
    firstValues: automatic,
  },
  Redis: { needs: ['SecretSubType', 'InstanceId', 'AccountName'], subTypes: ['DoubleUsers'], firstValues: automatic },
  RAMCredentials: { needs: ['SecretSubType', 'UserName'], subTypes: ['RamUserAccessKey'], firstValues: accessKeys },
  ECS: { needs: ['SecretSubType', 'InstanceId'], subTypes: ['Password', 'SSHKey'], firstValues: asGiven },
}

/**
 * Checks what makes a managed secret.
 * @returns the values of its first versions, the current one first; none for `$Auto`
 * @throws KmsError `MissingParameter`, `InvalidParameter`, naming the parameter and the member
 */
export function managedValues(type: Exclude<SecretType, 'Generic'>, config: Config, data: string): readonly string[] {
  const { needs, subTypes, firstValues } = types[type]
  for (const name of needs) {
    if (typeof config[name] !== 'string' || config[name] === '') {
      throw invalidParameter('ExtendedConfig', `${name} is needed for ${type}.`)
    }
  }
  if (!subTypes.includes(String(config.SecretSubType))) {
    throw invalidParameter('ExtendedConfig', `SecretSubType of ${type} is ${subTypes.join(' or ')}.`)
  }
  const { CustomData: custom = {} } = config
  const isMap = typeof custom === 'object' && custom !== null && !Array.isArray(custom)
  if (!isMap || Object.keys(custom).length > maxCustomData) {
    throw invalidParameter('ExtendedConfig', `CustomData is an object of up to ${maxCustomData} members.`)
  }
  return firstValues(data, config)
}

function automatic(data: string): readonly string[] {
  if (data !== '$Auto') throw invalidParameter('SecretData', 'It is $Auto: the service makes the value.')
  return []
}

function asGiven(data: string, { SecretSubType: subType }: Config): readonly string[] {
  const value = objectIn(data)
  const needed = subType === 'Password' ? ['UserName', 'Password'] : ['UserName', 'PublicKey', 'PrivateKey']
  for (const name of needed) textOf(value, name)
  return [data]
}

function accounts(data: string, { SecretSubType: subType }: Config): readonly string[] {
  const given = listIn(data, 'Accounts').map((account) =>
    JSON.stringify({
      AccountName: textOf(account, 'AccountName'),
      AccountPassword: textOf(account, 'AccountPassword'),
    }),
  )
  const most = subType === 'SingleUser' ? 1 : 2
  if (given.length < 1 || given.length > most)
    throw invalidParameter('SecretData', `Accounts has 1 to ${most} of them.`)
  return given
}

function accessKeys(data: string): readonly string[] {
  const given = listIn(data, 'AccessKeys')
  if (given.length < 1 || given.length > 2) throw invalidParameter('SecretData', 'AccessKeys has 1 or 2 of them.')
  return given.map((key) =>
    JSON.stringify({
      ...(key as object),
      AccessKeyId: textOf(key, 'AccessKeyId'),
      AccessKeySecret: textOf(key, 'AccessKeySecret'),
    }),
  )
}

function objectIn(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    throw invalidParameter('SecretData', 'It is a JSON object.')
  }
}

function listIn(data: string, name: string): readonly unknown[] {
  const list = (objectIn(data) as Readonly<Record<string, unknown>> | null)?.[name]
  if (!Array.isArray(list)) throw invalidParameter('SecretData', `It is a JSON object with the list ${name}.`)
  return list
}

function textOf(value: unknown, name: string): string {
  const text = (value as Readonly<Record<string, unknown>> | null)?.[name]
  if (typeof text === 'string' && text !== '') return text
  throw invalidParameter('SecretData', `${name} is needed.`)
}

/** @throws KmsError `UnsupportedOperation` */
export const noTarget = (secretType: string): KmsError =>
  new KmsError('UnsupportedOperation', {
    message: `This action is not supported. Nothing here is configured to rotate this secret of type ${secretType}.`,
  })
