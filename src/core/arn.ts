import type { Kms } from './kms.ts'

/** `acs:kms:<region>:<account>:<rest>`; `rest` is `key/<id>`, `keystore/<id>`, an alias name, … */
export const arnOf = (kms: Kms, accountId: string, rest: string): string =>
  `acs:kms:${kms.settings.regionId}:${accountId}:${rest}`
