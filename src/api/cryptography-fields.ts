import { boolean, bytes, optional, refused, string, withDefault } from './field.ts'

/** Fields that several cryptographic operations share. */
export const anyKeyId = string('key id, alias (`alias/…`) or key ARN', { minLength: 1, maxLength: 512 })
export const keyIdOut = string('id of the key that was used, whatever name was given')
export const keyVersionIdOut = string('id of the key version that was used')
export const dryRun = withDefault(boolean('only checks: success is reported as error `DryRunOperationError`'), false)
export const algorithmNames = {
  macs: ['HMAC_SM3', 'HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'],
  wrapping: ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1', 'SM2PKE'],
} as const
export const recipient = refused(
  string('confidential-computing recipient: the plaintext is for an attested enclave only', { sensitive: true }),
  'attestation documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead',
)
export const ciphertextForRecipient = optional(bytes('the plaintext for the recipient'))
