import { bytes, integer, oneOf, optional, string } from './field.ts'
import { keyId } from './key-fields.ts'
import { define } from './operation.ts'

export const GetParametersForImport = define(
  'GetParametersForImport',
  'Returns a wrapping public key and an import token for a key of origin EXTERNAL.',
  {
    KeyId: keyId,
    WrappingKeySpec: oneOf('kind of wrapping key', ['RSA_2048', 'EC_SM2']),
    WrappingAlgorithm: oneOf(
      'RSA_2048: RSAES_…; EC_SM2: SM2PKE…; the last two are for private keys, wrapped under a symmetric key that is wrapped in turn',
      [
        'RSAES_OAEP_SHA_256',
        'RSAES_OAEP_SHA_1',
        'RSAES_PKCS1_V1_5',
        'SM2PKE',
        'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD',
        'SM2PKE_SM4_ECB',
      ],
    ),
  },
  {
    KeyId: string('id of the key'),
    PublicKey: string('wrapping public key: SubjectPublicKeyInfo in DER, Base64 without armour'),
    ImportToken: string('for one ImportKeyMaterial with material wrapped under this public key'),
    TokenExpireTime: string('24 hours from now, `yyyy-MM-ddTHH:mm:ssZ` in UTC'),
  },
  { mutates: true, idempotent: true, quota: 'read' },
)

export const ImportKeyMaterial = define(
  'ImportKeyMaterial',
  'Imports wrapped key material into a key of origin EXTERNAL. The token is used up, whatever comes of it.',
  {
    KeyId: keyId,
    EncryptedKeyMaterial: bytes('the wrapped key material', { minLength: 1, maxLength: 8192 }),
    ImportToken: string('from GetParametersForImport', { minLength: 1, maxLength: 4096, sensitive: true }),
    KeyMaterialExpireUnix: optional(
      integer('Unix seconds at which the material expires; 0 or left out: never', {
        minimum: 0,
        maximum: 253402300799,
      }),
    ),
  },
  {},
  { mutates: true },
)

export const DeleteKeyMaterial = define(
  'DeleteKeyMaterial',
  'Destroys the imported material of a key; the same material may be imported again.',
  { KeyId: keyId },
  {},
  { mutates: true, idempotent: true },
)
