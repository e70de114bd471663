import { algorithmNames } from './cryptography-fields.ts'
import { boolean, bytes, json, known, list, oneOf, optional, string, stringMap, withDefault } from './field.ts'
import { protectionLevels } from './key-fields.ts'
import { define } from './operation.ts'

/*
 * The ten operations of the former certificate manager, which older official clients still call. They are in no model of
 * newer ones.
 */

const certificateId = string('id of the certificate', { minLength: 1, maxLength: 64 })
const named = { CertificateId: certificateId }
const certificateIdOut = string('id of the certificate')
const keySpec = oneOf('kind of the key', ['RSA_2048', 'EC_P256', 'EC_SM2'])
const protectionLevel = oneOf('`SOFTWARE` or `HSM`; only kept', ['SOFTWARE', 'HSM'])
const pem = { maxLength: 131_072 }
const signing = oneOf('RSA_2048: RSA_…; EC_P256: ECDSA_SHA_256; EC_SM2: SM2DSA', [
  'RSA_PKCS1_SHA_256',
  'RSA_PSS_SHA_256',
  'ECDSA_SHA_256',
  'SM2DSA',
])
const encryption = oneOf('RSA_2048: RSAES_OAEP_…; EC_SM2: SM2PKE', algorithmNames.wrapping)
const signed = {
  ...named,
  Algorithm: signing,
  Message: bytes('the message, up to 4096 bytes, or its digest of 32 bytes', { maxLength: 4096, sensitive: true }),
  MessageType: withDefault(
    oneOf('whether Message is the message or its digest: SHA-256; for SM2DSA SM3(Z ‖ message)', ['RAW', 'DIGEST']),
    'RAW',
  ),
}
const used = { resource: 'certificate', access: 'use', quota: 'asymmetric' } as const
const managed = { resource: 'certificate', mutates: true } as const

export const CreateCertificate = define(
  'CreateCertificate',
  'Generates a key for a certificate, and the request to have it certified with.',
  {
    KeySpec: keySpec,
    Subject: string('who the certificate is about, most specific part first (RFC 2253): `CN=name,OU=unit,O=org,C=CN`', {
      minLength: 1,
      maxLength: 4096,
    }),
    SubjectAlternativeNames: optional(
      json(
        'other names, as a rule of the domain system; up to 10',
        list('', string('', { maxLength: 1024 }), { maxLength: 10 }),
      ),
    ),
    ExportablePrivateKey: withDefault(boolean('only kept: no private key is ever exported'), true),
    ProtectionLevel: optional(protectionLevel),
  },
  {
    CertificateId: certificateIdOut,
    Arn: string('ARN of the certificate'),
    Csr: string('PEM certificate request (PKCS #10)'),
  },
  { resource: 'certificate container', mutates: true, idempotent: false },
)

export const UploadCertificate = define(
  'UploadCertificate',
  'Takes the certificate that a CA has issued for the key, and its chain. The certificate becomes active.',
  {
    ...named,
    Certificate: string('PEM; must be about the key', { ...pem, minLength: 1 }),
    CertificateChain: optional(string('PEM: the issuer, its issuer, and so on', pem)),
  },
  {},
  { ...managed, idempotent: true },
)

export const GetCertificate = define(
  'GetCertificate',
  'Returns a certificate, its chain and its request.',
  named,
  {
    CertificateId: certificateIdOut,
    Certificate: string('PEM; empty until it has been uploaded'),
    CertificateChain: string('PEM; empty if there is none'),
    Csr: string('PEM certificate request'),
  },
  { resource: 'certificate' },
)

export const DescribeCertificate = define(
  'DescribeCertificate',
  'Describes a certificate.',
  named,
  {
    CertificateId: certificateIdOut,
    Arn: string('ARN of the certificate'),
    KeySpec: keySpec,
    Status: known('`PENDING` until the certificate is uploaded', ['PENDING', 'ACTIVE', 'INACTIVE', 'REVOKED']),
    CreatedAt: string('when the key was generated'),
    UpdatedAt: string('when anything about it was last changed'),
    Subject: string('who the certificate is about, most specific part first'),
    SubjectAlternativeNames: list('other names', string('')),
    SubjectPublicKey: string('PEM SubjectPublicKeyInfo'),
    SubjectKeyIdentifier: string('bytes in hexadecimal, as `79 36 26`; empty while `PENDING`'),
    Issuer: string('who issued it; empty while `PENDING`'),
    Serial: string('serial number, decimal; empty while `PENDING`'),
    NotBefore: string('beginning of its validity; empty while `PENDING`'),
    NotAfter: string('end of its validity; empty while `PENDING`'),
    SignatureAlgorithm: string('what it is signed with, such as `ECDSA-SHA256`; empty while `PENDING`'),
    ExportablePrivateKey: boolean('as it was created'),
    ProtectionLevel: known('as it was created', protectionLevels),
    Tags: stringMap('tags of the certificate'),
  },
  { resource: 'certificate' },
)

export const UpdateCertificateStatus = define(
  'UpdateCertificateStatus',
  'Activates, deactivates or revokes a certificate. A revoked one stays so: it only verifies.',
  { ...named, Status: oneOf('the status that it gets', ['ACTIVE', 'INACTIVE', 'REVOKED']) },
  {},
  { ...managed, idempotent: true },
)

export const DeleteCertificate = define(
  'DeleteCertificate',
  'Deletes a certificate with its private key, at once and for good.',
  named,
  {},
  { ...managed, idempotent: false },
)

export const CertificatePrivateKeySign = define(
  'CertificatePrivateKeySign',
  'Signs with the private key of a certificate.',
  signed,
  {
    CertificateId: certificateIdOut,
    SignatureValue: bytes('signature: RSA as long as the modulus, ECDSA and SM2 a DER SEQUENCE { r, s }'),
  },
  used,
)

export const CertificatePublicKeyVerify = define(
  'CertificatePublicKeyVerify',
  'Checks a signature with the public key of a certificate.',
  { ...signed, SignatureValue: bytes('signature as CertificatePrivateKeySign returns it', { maxLength: 4096 }) },
  { CertificateId: certificateIdOut, SignatureValid: boolean('whether the signature is right') },
  used,
)

export const CertificatePublicKeyEncrypt = define(
  'CertificatePublicKeyEncrypt',
  'Encrypts with the public key of a certificate.',
  {
    ...named,
    Algorithm: encryption,
    Plaintext: bytes('data; at most 190 bytes (OAEP SHA-256), 214 (OAEP SHA-1), 6047 (SM2PKE)', { sensitive: true }),
  },
  { CertificateId: certificateIdOut, CiphertextBlob: bytes('bare ciphertext of the scheme') },
  used,
)

export const CertificatePrivateKeyDecrypt = define(
  'CertificatePrivateKeyDecrypt',
  'Decrypts with the private key of a certificate.',
  {
    ...named,
    Algorithm: encryption,
    CiphertextBlob: bytes('bare ciphertext of the scheme', { maxLength: 6144 }),
  },
  { CertificateId: certificateIdOut, Plaintext: bytes('the data', { sensitive: true }) },
  used,
)
