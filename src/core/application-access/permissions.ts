const prefix = 'RbacPermission/Template/'

interface Permission {
  /** the resources it is about */
  readonly kind: 'key' | 'secret'
  readonly actions: readonly string[]
}

const reading = ['kms:GetSecretValue']

/** What the permissions of application access points allow, on the gateway of an instance and on the public one. */
const instancePermissions: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  [
    `${prefix}CryptoServiceKeyUser`,
    {
      kind: 'key',
      actions: [
        ...['kms:Encrypt', 'kms:Decrypt', 'kms:AdvanceEncrypt', 'kms:AdvanceDecrypt', 'kms:GenerateDataKey*'],
        ...['kms:AdvanceGenerateDataKey*', 'kms:GenerateAndExportDataKey', 'kms:ExportDataKey', 'kms:Asymmetric*'],
        ...['kms:GetPublicKey', 'kms:GenerateMac', 'kms:VerifyMac', 'kms:GenerateRandom', 'kms:Hash'],
      ],
    },
  ],
  [`${prefix}CryptoServiceSecretUser`, { kind: 'secret', actions: reading }],
])
const sharedPermissions: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  [`${prefix}SecretUser`, { kind: 'secret', actions: reading }],
])

const ofScope = (isShared: boolean) => (isShared ? sharedPermissions : instancePermissions)

export const permissionsOfScope = (isShared: boolean): readonly string[] => [...ofScope(isShared).keys()]
export const isPermission = (name: string, isShared: boolean): boolean => ofScope(isShared).has(name)

/** @returns nothing for a name that is unknown: what is not understood grants nothing */
export const permissionNamed = (name: string, isShared: boolean): Permission | undefined => ofScope(isShared).get(name)
