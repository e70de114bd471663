import * as applicationAccess from '../api/application-access.ts'
import { SetKeyPolicy } from '../api/keys.ts'
import type { Operation } from '../api/operation.ts'
import { operations } from '../api/operations.ts'
import { SetSecretPolicy } from '../api/secrets.ts'

const products: ReadonlySet<string> = new Set(['Ram', 'Ims'])
const others: ReadonlySet<Operation> = new Set([...Object.values(applicationAccess), SetKeyPolicy, SetSecretPolicy])

/** Product and name of what changes who may do what: users, groups, roles, policies, credentials, applications. */
const changes: ReadonlySet<string> = new Set(
  operations
    .filter((operation) => operation.mutates && (products.has(operation.api.product) || others.has(operation)))
    .map(({ api, name }) => `${api.product} ${name}`),
)

export const changesAccess = (product: string | undefined, action: string | undefined): boolean =>
  changes.has(`${product} ${action}`)
