import { bytes, integer, optional, string } from './field.ts'
import { define } from './operation.ts'

export const GetParametersForImport = define(
  'GetParametersForImport',
  'Returns a wrapping public key and an import token for a key of origin EXTERNAL.',
  {
    KeyId: string('key id'),
    WrappingAlgorithm: string(
      'RSA_2048: RSAES_PKCS1_V1_5 | RSAES_OAEP_SHA_1 | RSAES_OAEP_SHA_256; EC_SM2: SM2PKE (HSM keys)',
    ),
    WrappingKeySpec: string('RSA_2048 | EC_SM2'),
  },
  { ImportToken: string(''), KeyId: string(''), PublicKey: string(''), TokenExpireTime: string('') },
  { mutates: true, idempotent: true },
)

export const ImportKeyMaterial = define(
  'ImportKeyMaterial',
  'Imports wrapped key material into a key of origin EXTERNAL.',
  {
    EncryptedKeyMaterial: bytes('base64'),
    ImportToken: string('from GetParametersForImport; valid 24 hours (older documentation)'),
    KeyId: string('key id'),
    KeyMaterialExpireUnix: optional(integer('Unix seconds; 0 or absent: never expires')),
  },
  {},
  { mutates: true, idempotent: true },
)

export const DeleteKeyMaterial = define(
  'DeleteKeyMaterial',
  'Destroys the imported material of a key; the same material may be imported again.',
  { KeyId: string('key id') },
  {},
  { mutates: true, idempotent: true },
)
