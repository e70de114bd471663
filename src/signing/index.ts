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
export { SigningError, type SigningErrorCode } from './errors.ts'
export {
  type HeldKey,
  type HeldKeyOptions,
  heldKey,
  type InstanceSigningClient,
  instanceHeldKey,
  type SigningClient,
} from './held-key.ts'
export {
  digestOfStream,
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
export { type SigningAlgorithm, type WebCryptoSigner, webCryptoOf } from './webcrypto.ts'
