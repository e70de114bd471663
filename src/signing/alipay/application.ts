import type { Signer } from '../../crypto/signer.ts'
import { ClientError } from '../../sdk/errors.ts'
import { type ContentKey, contentKey } from './encryption.ts'
import { type SignType, signTypeOf } from './sign-type.ts'
import {
  type AlipayCertificates,
  type CertificateSns,
  certificateFinder,
  certificateSns,
  type KeyFinder,
  publicKeyFinder,
} from './verifier.ts'

/** An application of the open platform: who it is, what it signs with, whom it believes. */
export interface ApplicationOptions {
  readonly appId: string
  /** the application's key: RSA signs as RSA2, SM2 as SM2 */
  readonly signer: Signer
  /** public-key mode: Alipay's key, PEM or the Base64 that the open platform shows */
  readonly alipayPublicKey?: string | undefined
  /** certificate mode */
  readonly certificates?: AlipayCertificates | undefined
  /** Base64 of the AES key that contents are encrypted with */
  readonly encryptKey?: string | undefined
  /** the clock that timestamps and certificates are read against */
  readonly now?: (() => Date) | undefined
}

/** The same, read and checked. */
export interface Application {
  readonly appId: string
  readonly signer: Signer
  readonly signType: SignType
  readonly keyFor: KeyFinder
  /** in certificate mode */
  readonly sns: CertificateSns | undefined
  readonly contentKey: ContentKey | undefined
  readonly now: () => Date
}

/**
 * @throws SigningError `key`, `algorithm`, `certificate`
 * @throws ClientError `configuration`
 */
export function applicationFrom(options: ApplicationOptions): Application {
  const { appId, signer, alipayPublicKey, certificates, encryptKey, now = () => new Date() } = options
  if (!appId) throw new ClientError('configuration', 'The appId is missing.', { parameter: 'appId' })
  if ((alipayPublicKey === undefined) === (certificates === undefined))
    throw new ClientError('configuration', 'Give either alipayPublicKey or certificates.', {
      parameter: 'alipayPublicKey',
    })
  const signType = signTypeOf(signer.algorithm)
  const keyFor =
    certificates === undefined
      ? publicKeyFinder(alipayPublicKey ?? '', signType)
      : certificateFinder(certificates, signType, now)
  return {
    ...{ appId, signer, signType, keyFor, now },
    sns: certificates && certificateSns(certificates, signer.publicKey, signType, now()),
    contentKey: encryptKey === undefined ? undefined : contentKey(encryptKey),
  }
}
