import type { PlannedCall } from '../../load/plan.ts'
import { CliError } from '../failure.ts'
import type { BenchSettings } from './settings.ts'

/** What the calls of a run are about. */
export interface Subject {
  readonly settings: BenchSettings
  /** as many characters `1` as the run's data size says, as the official tool has it */
  readonly plaintext: Uint8Array
  /** @throws CliError `usage` */
  readonly keyId: () => string
  /** @throws CliError `usage` */
  readonly secretName: () => string
}

export function subjectOf(settings: BenchSettings): Subject {
  const given = (value: string | undefined, flag: string) => (): string => {
    if (value !== undefined && value !== '') return value
    throw new CliError('usage', `${flag} is needed`)
  }
  return {
    settings,
    plaintext: Buffer.alloc(settings.dataSize, '1'),
    keyId: given(settings.keyId, settings.isOfficial ? '--key_id' : '--key'),
    secretName: given(settings.secretName, settings.isOfficial ? '--secret_name' : '--secret'),
  }
}

/** Everything of a planned call but its weight. */
export type PreparedCall = PlannedCall extends infer Call
  ? Call extends PlannedCall
    ? Omit<Call, 'weight'>
    : never
  : never

/** `GenerateDataKey`, `generate_data_key` and the official tool's `generate_datakey` are one name. */
export const plainName = (name: string): string => name.replaceAll('_', '').toLowerCase()

/** @throws CliError `usage` that lists what there is */
export function unknownCase(name: string, known: Iterable<string>): CliError {
  return new CliError('usage', `invalid case name: ${name}; there are ${[...known].sort().join(', ')}`)
}
