import { KmsError } from './errors.ts'

/**
 * A caller that names a recipient wants the plaintext for an attested enclave only. Attestation documents of the cloud
 * cannot be checked here, so the call is refused rather than answered in the clear.
 * @throws KmsError `UnsupportedOperation`
 */
export function refuseRecipient(recipient: string | undefined): void {
  if (recipient) {
    throw new KmsError('UnsupportedOperation', {
      message: 'This action is not supported. Recipient cannot be attested here.',
    })
  }
}
