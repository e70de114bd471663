export type { AlternativeName } from '../certificates/alternative-name.ts'
export type { Certificate } from '../certificates/certificate.ts'
export { type DistinguishedName, formatName } from '../certificates/name.ts'
export type { CertificateRequest } from '../certificates/request.ts'
export type { CertificateUsage, KeyUsage } from '../certificates/usage.ts'
export { joinSignature as joinedSignature, splitSignature as splitJoinedSignature } from '../crypto/joined-signature.ts'
export { type JoseAlgorithm, type Jwk, type JwkSet, joseAlgorithms, publicJwk } from '../crypto/jwk.ts'
export {
  algorithmsOf,
  type Digester,
  digesterFor,
  digestFor,
  isSignatureOf,
  type PublicKey,
  publicKeyText,
  readPublicKey,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/public-key.ts'
export { type Signer, signerOf } from '../crypto/signer.ts'
export { chosenAlgorithm } from './algorithm.ts'
export type { AlipayAnswer } from './alipay/answer.ts'
export type { ApplicationOptions } from './alipay/application.ts'
export { alipayCertificateSn, alipayRootCertificateSn } from './alipay/certificate-sn.ts'
export { Alipay, type AlipayOptions } from './alipay/client.ts'
export type { Notification } from './alipay/notification.ts'
export type { AlipayParameters } from './alipay/parameters.ts'
export type { AlipayCallOptions } from './alipay/request.ts'
export type { SignType } from './alipay/sign-type.ts'
export type { V3Call, V3Method } from './alipay/v3.ts'
export type { AlipayCertificates } from './alipay/verifier.ts'
export {
  type CertificateRequestOptions,
  createCertificateRequest,
  type IssueCertificateOptions,
  issueCertificate,
  parseCertificate,
  parseCertificateRequest,
  parseCertificates,
  requireCertificateOf,
  type SelfSignedCertificateOptions,
  selfSignedCertificate,
  type VerifyChainOptions,
  verifyChain,
} from './certificates.ts'
export { SigningError, type SigningErrorCode } from './errors.ts'
export {
  type HeldKey,
  type HeldKeyOptions,
  heldKey,
  type InstanceSigningClient,
  instanceHeldKey,
  type SigningClient,
} from './held-key.ts'
export { type JwsHeader, signJws, type VerifiedJws, type VerifyingKeys, verifyJws } from './jws.ts'
export { type JwtClaims, type JwtExpectations, signJwt, type VerifiedJwt, verifyJwt } from './jwt.ts'
export { heldKeySet, type KeySetClient } from './key-set.ts'
export {
  certificateKey,
  digestOfStream,
  encryptionAlgorithm,
  encryptionAlgorithms,
  encryptLocally,
  type PublicEncryptionAlgorithm,
  type PublicKeyInput,
  verifyLocally,
} from './local.ts'
export { localKey } from './local-key.ts'
export {
  type NodeCrypto,
  type NodeSign,
  type NodeSigningOptions,
  type NodeVerify,
  nodeCryptoOf,
} from './node-crypto.ts'
export { certificatesFromSecret, type SecretReader } from './pdf/certificate-secret.ts'
export type { Certification } from './pdf/certification.ts'
export type { PdfChange, PdfChangeKind } from './pdf/change.ts'
export type {
  PdfAppearanceOptions,
  PdfSignatureLevel,
  PdfSignOptions,
  ValidationMaterial,
} from './pdf/options.ts'
export type { PdfReport, PdfSignatureReport } from './pdf/report.ts'
export { sampleDocument } from './pdf/sample-document.ts'
export { signPdf } from './pdf/sign.ts'
export { type PdfFileOptions, signPdfFile } from './pdf/sign-file.ts'
export { type PdfVerifyOptions, verifyPdf, verifyPdfFile } from './pdf/verify.ts'
export { type SigningAlgorithm, type WebCryptoSigner, webCryptoOf } from './webcrypto.ts'
export { type MaterialWrapping, privateKeyDer, wrapKeyMaterial, wrappingAlgorithms } from './wrap-key-material.ts'
