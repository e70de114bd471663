import type { Kms } from '../kms.ts'
import { digits, randomText } from '../random-text.ts'

/** An id as RAM gives to users and roles: 18 digits, the first one telling which. */
export const entityId = (kms: Kms, kind: 'user' | 'role'): string =>
  `${kind === 'user' ? 2 : 3}${randomText(kms, 17, digits)}`
