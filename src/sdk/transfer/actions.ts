/** The one action that both gateways have alike. */
export const advanceEncryptAction = 'AdvanceEncrypt'

const actions = [
  ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
  ...['AsymmetricEncrypt', 'AsymmetricDecrypt', 'AsymmetricSign', 'AsymmetricVerify', 'GetPublicKey', 'GetSecretValue'],
] as const

/** The actions of the public gateway that an instance gateway can carry out by operations of its own. */
export const transferableActions: readonly string[] = actions

/** What an instance gateway can carry out. */
export type InstanceAction = (typeof actions)[number] | typeof advanceEncryptAction
