import type { Client } from '../../sdk/client.ts'
import { SigningError } from '../errors.ts'

export type SecretReader = Pick<Client, 'getSecretValue'>

/**
 * The certificates of a signer from a secret, as the official PDF sample keeps them: JSON with `Certificate` and
 * `CertificateChain`, both PEM.
 *
 * @param secretName - `pdfSignCert` in the official sample
 * @returns PEM, the signer's certificate first
 * @throws SigningError `certificate`; ServiceError, ClientError
 */
export async function certificatesFromSecret(client: SecretReader, secretName = 'pdfSignCert'): Promise<string> {
  const { secretData } = await client.getSecretValue({ secretName })
  const { Certificate: own, CertificateChain: chain } = membersOf(secretData)
  if (typeof own === 'string' && (chain === undefined || typeof chain === 'string')) return `${own}\n${chain ?? ''}`
  throw problem(secretName)
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const problem = (secretName: string): SigningError =>
  new SigningError(
    'certificate',
    `The secret ${secretName} is no JSON object with the texts Certificate and CertificateChain.`,
    { parameter: 'secretName' },
  )
