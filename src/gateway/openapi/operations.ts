import type { Pair } from './pair.ts'
import { aliasesPairs } from './pairs/aliases.ts'
import { applicationAccessPairs } from './pairs/application-access.ts'
import { asymmetricPairs } from './pairs/asymmetric.ts'
import { certificatesPairs } from './pairs/certificates.ts'
import { consolePairs } from './pairs/console.ts'
import { cryptographyPairs } from './pairs/cryptography.ts'
import { instancesPairs } from './pairs/instances.ts'
import { keyMaterialPairs } from './pairs/key-material.ts'
import { keysPairs } from './pairs/keys.ts'
import { oversightPairs } from './pairs/oversight.ts'
import { ramPairs } from './pairs/ram.ts'
import { ramGroupsPairs } from './pairs/ram-groups.ts'
import { ramIdentityProvidersPairs } from './pairs/ram-identity-providers.ts'
import { secretsPairs } from './pairs/secrets.ts'
import { servicePairs } from './pairs/service.ts'
import { stsPairs } from './pairs/sts.ts'
import { tagsPairs } from './pairs/tags.ts'

/** Everything this gateway serves: each operation of the contract with what it does. A new family is one line here. */
export const openapiOperations: readonly Pair[] = [
  servicePairs,
  keysPairs,
  keyMaterialPairs,
  aliasesPairs,
  tagsPairs,
  cryptographyPairs,
  asymmetricPairs,
  certificatesPairs,
  secretsPairs,
  instancesPairs,
  applicationAccessPairs,
  ramPairs,
  ramGroupsPairs,
  ramIdentityProvidersPairs,
  stsPairs,
  consolePairs,
  oversightPairs,
].flat()
