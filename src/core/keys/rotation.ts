import { keyRotationDays } from '../../api/key-fields.ts'
import { keySpecs } from '../../crypto/algorithms.ts'
import { KmsError, missingParameter } from '../errors.ts'
import { secondsPerDay } from '../time.ts'
import type { Key } from './key.ts'

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', secondsPerDay],
])
const shortestSeconds = keyRotationDays.shortest * secondsPerDay
const longestSeconds = keyRotationDays.longest * secondsPerDay

/**
 * Reads RotationInterval: a whole number and `d`, `h`, `m` or `s`, 7 to 730 days.
 *
 * @returns seconds
 * @throws KmsError `MissingParameter`; `InvalidParameter`
 */
export function parseRotationInterval(text: string | undefined): number {
  if (text === undefined || text === '') throw missingParameter('RotationInterval')
  const [, digits = '', unit = ''] = /^(\d{1,9})([dhms]?)$/.exec(text) ?? []
  const seconds = digits === '' ? 0 : Number(digits) * (unitSeconds.get(unit) ?? 0)
  if (seconds < shortestSeconds || seconds > longestSeconds) {
    throw new KmsError('InvalidParameter', {
      parameter: 'RotationInterval',
      message: 'The specified parameter RotationInterval is not valid.',
    })
  }
  return seconds
}

/**
 * Whether a key can be given new versions automatically: only symmetric material made here. Keys whose material lives
 * inside a hardware module cannot.
 */
export const canRotate = (
  key: Pick<Key, 'keySpec' | 'origin' | 'instanceId' | 'protectionLevel' | 'keyStorageMechanism'>,
): boolean => keySpecs.get(key.keySpec)?.kind === 'symmetric' && key.origin === 'Aliyun_KMS' && !isInsideHardware(key)

const isInsideHardware = (key: Pick<Key, 'instanceId' | 'protectionLevel' | 'keyStorageMechanism'>): boolean =>
  key.instanceId !== undefined && key.protectionLevel === 'HSM' && key.keyStorageMechanism !== 'HsmEncryptedDatabase'
