import { isIP } from 'node:net'
import { hostname } from 'node:os'

/**
 * `<instance id>.cryptoservice.kms.aliyuncs.com`, to which programs made for an instance connect; which instance a
 * request means, its Host header says.
 */
const instanceHosts = '*.cryptoservice.kms.aliyuncs.com'

export interface NameSettings {
  /** names that an operator asked for */
  readonly names: readonly string[]
  /** where the server listens, as it was configured */
  readonly host?: string | undefined
  /** names of the cloud that it answers to */
  readonly cloud?: readonly string[] | undefined
}

/** Where programs made for the cloud find KMS in these regions. */
export const kmsNames = (regions: readonly string[]): readonly string[] => [
  instanceHosts,
  ...regions.flatMap((region) => [`kms.${region}.aliyuncs.com`, `kms-vpc.${region}.aliyuncs.com`]),
]

/** Where they find all of the APIs that are served here. */
export const cloudNames = (regions: readonly string[]): readonly string[] => [
  ...kmsNames(regions),
  'ram.aliyuncs.com',
  'sts.aliyuncs.com',
  ...regions.flatMap((region) => [`sts.${region}.aliyuncs.com`, `sts-vpc.${region}.aliyuncs.com`]),
]

/**
 * The names that a certificate has by itself: of this machine, of the address that is listened on, and those of the
 * cloud, which unchanged programs connect to by whatever leads them here.
 */
export function usualNames({ host, cloud = kmsNames([]) }: NameSettings): readonly string[] {
  const ofHost = host === undefined || isEveryAddress(host) ? [] : [host]
  const names = ['localhost', '127.0.0.1', '::1', hostname(), ...ofHost, ...cloud]
  return [...new Set(names)].filter((name) => isIP(name) !== 0 || isHostName(name))
}

const isEveryAddress = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** What every reader of certificates takes (RFC 1123 §2.1), with a wildcard in front or not. */
const isHostName = (name: string): boolean =>
  name.length <= 253 &&
  /^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name)
