import { aliasesTexts } from './chinese/aliases.ts'
import { applicationAccessTexts } from './chinese/application-access.ts'
import { asymmetricTexts } from './chinese/asymmetric.ts'
import { certificatesTexts } from './chinese/certificates.ts'
import { consoleTexts } from './chinese/console.ts'
import { cryptographyTexts } from './chinese/cryptography.ts'
import { instanceTexts } from './chinese/instance.ts'
import { instancesTexts } from './chinese/instances.ts'
import { keyMaterialTexts } from './chinese/key-material.ts'
import { keysTexts } from './chinese/keys.ts'
import { oversightTexts } from './chinese/oversight.ts'
import { ramTexts } from './chinese/ram.ts'
import { ramGroupsTexts } from './chinese/ram-groups.ts'
import { ramIdentityProvidersTexts } from './chinese/ram-identity-providers.ts'
import { secretsTexts } from './chinese/secrets.ts'
import { serviceTexts } from './chinese/service.ts'
import { stsTexts } from './chinese/sts.ts'
import { tagsTexts } from './chinese/tags.ts'

/** What operations and fields of both gateways are for, in Chinese: a file for each family, a text where it is first met. */
export const chineseTexts = [
  serviceTexts,
  keysTexts,
  keyMaterialTexts,
  aliasesTexts,
  tagsTexts,
  cryptographyTexts,
  asymmetricTexts,
  certificatesTexts,
  secretsTexts,
  instancesTexts,
  applicationAccessTexts,
  ramTexts,
  ramGroupsTexts,
  ramIdentityProvidersTexts,
  stsTexts,
  consoleTexts,
  oversightTexts,
  instanceTexts,
]

const byEnglish = new Map(chineseTexts.flatMap((texts) => Object.entries(texts)))

/** The form of times, which the contract adds to what a time is of. */
const timeForm = ', `yyyy-MM-ddTHH:mm:ssZ` in UTC'

/**
 * A text of the contract in Chinese.
 *
 * @returns `undefined` where nobody has translated it
 */
export function inChinese(text: string): string | undefined {
  if (text.endsWith(timeForm)) {
    const time = inChinese(text.slice(0, -timeForm.length))
    return time === undefined ? undefined : `${time}，\`yyyy-MM-ddTHH:mm:ssZ\`（UTC）`
  }
  return isOfCodeOnly(text) ? text.replaceAll(' or ', ' 或 ').replaceAll(', ', '、') : byEnglish.get(text)
}

/** Nothing but values, as they are on the wire: `key` or `secret`. */
const isOfCodeOnly = (text: string): boolean => text.replaceAll(/`[^`]*`| or |, |…/g, '') === ''
