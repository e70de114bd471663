import type { Kms } from '../kms.ts'
import { digits, randomText } from '../random-text.ts'

const firstDigit = { user: 2, role: 3, group: 4 }

/** An id as RAM gives to users, groups and roles: 18 digits, the first one telling which. */
export const entityId = (kms: Kms, kind: keyof typeof firstDigit): string =>
  `${firstDigit[kind]}${randomText(kms, 17, digits)}`
