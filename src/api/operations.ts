import * as aliases from './aliases.ts'
import * as applicationAccess from './application-access.ts'
import * as asymmetric from './asymmetric.ts'
import * as certificates from './certificates.ts'
import * as console from './console.ts'
import * as cryptography from './cryptography.ts'
import * as instances from './instances.ts'
import * as keyMaterial from './key-material.ts'
import * as keys from './keys.ts'
import type { Operation } from './operation.ts'
import * as oversight from './oversight.ts'
import * as ram from './ram.ts'
import * as ramGroups from './ram-groups.ts'
import * as ramIdentityProviders from './ram-identity-providers.ts'
import * as secrets from './secrets.ts'
import * as service from './service.ts'
import * as sts from './sts.ts'
import * as tags from './tags.ts'

/** Every operation of every API, in the order of the reference page. A new family is one line here. */
export const operations: readonly Operation[] = [
  service,
  keys,
  keyMaterial,
  aliases,
  tags,
  cryptography,
  asymmetric,
  certificates,
  secrets,
  instances,
  applicationAccess,
  ram,
  ramGroups,
  ramIdentityProviders,
  sts,
  console,
  oversight,
].flatMap((family) => Object.values(family) as Operation[])

const byName = new Map(operations.map((operation) => [`${operation.api.version} ${operation.name}`, operation]))

/** The operation a client names by API version and action; names are exact. */
export const operationNamed = (version: string, name: string): Operation | undefined => byName.get(`${version} ${name}`)
