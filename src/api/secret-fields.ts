/** A secret's own name has up to this many characters, wherever it is written. */
export const maxSecretNameLength = 192
export const secretDataTypes = ['text', 'binary'] as const
export const secretTypes = ['Generic', 'Rds', 'PolarDB', 'Redis', 'RAMCredentials', 'ECS'] as const
