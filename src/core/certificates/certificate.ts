import type { Resource } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import type { Kms } from '../kms.ts'
import { recordKind, type Stored } from '../records.ts'
import type { Tags } from '../tag-rules.ts'

export type CertificateStatus = 'PENDING' | 'ACTIVE' | 'INACTIVE' | 'REVOKED'

/** What a CA has issued, and what it says. */
export interface Issued {
  /** PEM */
  readonly certificate: string
  /** PEM; empty if none was given */
  readonly chain: string
  readonly subject: string
  readonly alternativeNames: readonly string[]
  readonly issuer: string
  /** decimal */
  readonly serial: string
  readonly notBefore: string
  readonly notAfter: string
  readonly signatureAlgorithm: string
  /** hexadecimal, a space after each byte */
  readonly subjectKeyIdentifier: string
}

/** A key with its certificate; its sealed secret is the private key. Record id = certificate id. */
export interface Certificate {
  readonly accountId: string
  readonly keySpec: 'RSA_2048' | 'EC_P256' | 'EC_SM2'
  readonly status: CertificateStatus
  readonly exportablePrivateKey: boolean
  readonly protectionLevel: 'SOFTWARE' | 'HSM'
  /** as it was asked for */
  readonly subject: string
  readonly alternativeNames: readonly string[]
  /** PEM SubjectPublicKeyInfo */
  readonly publicKey: string
  /** PEM */
  readonly csr: string
  /** absent while the certificate is pending */
  readonly issued?: Issued | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ`, like all times here */
  readonly createdAt: string
  readonly updatedAt: string
  readonly tags: Tags
}

export const certificates = recordKind<Certificate>({
  name: 'certificate',
  indexes: ({ accountId, tags }) => [
    ['account', accountId],
    ...Object.entries(tags).flatMap(([name, value]): [string, string][] => [
      ['TagKey', name],
      ['tag', `${name}=${value}`],
    ]),
    ...(Object.keys(tags).length === 0 ? [] : [['tagged', 'yes'] as const]),
  ],
  binding: ({ accountId, keySpec }) => [accountId, keySpec],
})

export const certificateArn = (kms: Kms, accountId: string, id: string): string =>
  arnOf(kms, accountId, `certificate/${id}`)

/** A certificate as an access decision sees it: the identity policies of its account decide. */
export const certificateResource = (kms: Kms, { id, body }: Stored<Certificate>): Resource => ({
  arn: certificateArn(kms, body.accountId, id),
  accountId: body.accountId,
  tags: body.tags,
})
