import { formatName } from '../../certificates/name.ts'
import type { PublicKey } from '../../crypto/public-key.ts'
import { type CmsCertificate, readCmsCertificates } from '../cms/certificate.ts'
import { SigningError } from '../errors.ts'
import type { PdfSignOptions } from './options.ts'

/**
 * The certificates that go into a signature, checked before anything is signed: the first is of the signer's key, and all
 * are in date.
 *
 * @throws SigningError `certificate`
 */
export function signingCertificates(
  { certificates, signer, allowExpired }: Pick<PdfSignOptions, 'certificates' | 'signer' | 'allowExpired'>,
  at: Date,
): readonly [CmsCertificate, ...CmsCertificate[]] {
  const [own, ...others] = readCmsCertificates(certificates)
  if (own === undefined || !isOf(own, signer.publicKey))
    throw problem('The first certificate is not of the key that signs: their public keys differ.')
  const chain: readonly [CmsCertificate, ...CmsCertificate[]] = [own, ...withoutDuplicates(own, others)]
  if (allowExpired !== true) for (const certificate of chain) requireInDate(certificate, at)
  return chain
}

const problem = (message: string): SigningError =>
  new SigningError('certificate', message, { parameter: 'certificates' })

const isOf = (certificate: CmsCertificate, key: PublicKey): boolean => Buffer.compare(certificate.spki, key.spki) === 0

function requireInDate({ subject, notBefore, notAfter }: CmsCertificate, at: Date): void {
  if (at > notAfter)
    throw problem(`The certificate of ${formatName(subject)} expired on ${notAfter.toISOString().slice(0, 10)}.`)
  if (at < notBefore)
    throw problem(`The certificate of ${formatName(subject)} is valid only from ${notBefore.toISOString()} on.`)
}

/** Chain files of authorities often have the signer's certificate in them too. */
function withoutDuplicates(own: CmsCertificate, others: readonly CmsCertificate[]): readonly CmsCertificate[] {
  const seen = new Set([Buffer.from(own.der).toString('base64')])
  return others.filter(({ der }) => {
    const key = Buffer.from(der).toString('base64')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}
