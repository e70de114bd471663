import { type InstanceOperation, instanceOperations } from '../../api/instance.ts'

const prefix = 'RbacPermission/Template/'

interface Permission {
  /** the resources it is about */
  readonly kind: 'key' | 'secret'
  readonly actions: readonly string[]
}

/** The actions of the instance gateway that a permission of this kind is about. */
const actionsOf = (...kinds: readonly InstanceOperation['permission'][]): readonly string[] => [
  ...new Set(instanceOperations.filter(({ permission }) => kinds.includes(permission)).map(({ action }) => action)),
]
const reading: Permission = { kind: 'secret', actions: actionsOf('secret') }

/**
 * What the permissions of application access points allow. The service knows the first two, whatever the scope; its
 * documentation has a third name for reading secrets on the public gateway.
 */
const permissions: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  [`${prefix}CryptoServiceKeyUser`, { kind: 'key', actions: actionsOf('key', 'none') }],
  [`${prefix}CryptoServiceSecretUser`, reading],
  [`${prefix}SecretUser`, reading],
])

export const permissionNames: readonly string[] = [...permissions.keys()]

/** @returns nothing for a name that is unknown: what is not understood grants nothing */
export const permissionNamed = (name: string): Permission | undefined => permissions.get(name)
