/** A secret's own name has up to this many characters, wherever it is written. */
export const maxSecretNameLength = 192
/** In UTF-8. */
export const maxSecretValueBytes = 30_720
/** Bounds of a managed secret's RotationInterval. */
export const secretRotationHours = { shortest: 6, longest: 8760 } as const
export const secretDataTypes = ['text', 'binary'] as const
export const secretTypes = ['Generic', 'Rds', 'PolarDB', 'Redis', 'RAMCredentials', 'ECS'] as const
