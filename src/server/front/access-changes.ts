import * as applicationAccess from '../../api/application-access.ts'
import { SetKeyPolicy } from '../../api/keys.ts'
import type { Operation } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import { SetSecretPolicy } from '../../api/secrets.ts'

const products: ReadonlySet<string> = new Set(['Ram', 'Ims'])
const others: ReadonlySet<Operation> = new Set([...Object.values(applicationAccess), SetKeyPolicy, SetSecretPolicy])

const changes = operations.filter(
  (operation) => operation.mutates && (products.has(operation.api.product) || others.has(operation)),
)
const changesByName = Map.groupBy(changes, ({ name }) => name)

/** Whether an operation changes who may do what: users, groups, roles, policies, credentials, applications. */
export const changesAccess = (product: string | undefined, action = ''): boolean =>
  changesByName.get(action)?.some(({ api }) => api.product === product) === true
