import { generateKeyPairSync, sign } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, SubjectPublicKeyInfo, TBSCertificate, Validity, Version } from '@peculiar/asn1-x509'
import { certificateText } from '../../src/certificates/certificate.ts'
import { encodeName, parseName } from '../../src/certificates/name.ts'
import { readRequest } from '../../src/certificates/request.ts'
import { algorithmIdentifier } from '../../src/certificates/signature-algorithm.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Certifies the key of a request at once, without a promise; valid at the times that tests know. PEM. */
export function certify(csr: string): string {
  const { spki, subject } = readRequest(csr)
  const signatureAlgorithm = algorithmIdentifier('ECDSA_SHA_256')
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: signatureAlgorithm,
    issuer: encodeName(parseName('CN=testCA')),
    validity: new Validity({ notBefore: new Date('2020-01-01'), notAfter: new Date('2049-01-01') }),
    subject: encodeName(subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  })
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(tbsCertificate)), privateKey)
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm })
  certificate.signatureValue = Uint8Array.from(signature).buffer
  return certificateText(new Uint8Array(AsnConvert.serialize(certificate)))
}
