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

/** What the permissions of application access points allow, on the gateway of an instance and on the public one. */
const instancePermissions: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  [`${prefix}CryptoServiceKeyUser`, { kind: 'key', actions: actionsOf('key', 'none') }],
  [`${prefix}CryptoServiceSecretUser`, reading],
])
const sharedPermissions: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  [`${prefix}SecretUser`, reading],
])

const ofScope = (isShared: boolean) => (isShared ? sharedPermissions : instancePermissions)

export const permissionsOfScope = (isShared: boolean): readonly string[] => [...ofScope(isShared).keys()]
export const isPermission = (name: string, isShared: boolean): boolean => ofScope(isShared).has(name)

/** @returns nothing for a name that is unknown: what is not understood grants nothing */
export const permissionNamed = (name: string, isShared: boolean): Permission | undefined => ofScope(isShared).get(name)
