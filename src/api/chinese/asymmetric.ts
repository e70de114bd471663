import type { ChineseTexts } from './texts.ts'

export const asymmetricTexts: ChineseTexts = {
  'Decrypts with the private key of a key version.': '用密钥版本的私钥解密。',
  'Encrypts with the public key of a key version.': '用密钥版本的公钥加密。',
  'Signs a digest with the private key of a key version.': '用密钥版本的私钥对摘要签名。',
  'Checks a signature over a digest with the public key of a key version.': '用密钥版本的公钥验证对摘要的签名。',
  'Returns the public key of a key version.': '返回密钥版本的公钥。',
  'RSA keys: RSAES_OAEP_…; EC_SM2: SM2PKE': 'RSA 密钥使用 RSAES_OAEP_…；EC_SM2 使用 SM2PKE',
  'bare ciphertext of the scheme': '该算法的原始密文',
  'the data': '数据',
  'data; at most 190/318/446 bytes (OAEP SHA-256), 214/342/470 (OAEP SHA-1), 6047 (SM2PKE)':
    '数据；最多 190/318/446 字节（OAEP SHA-256）、214/342/470 字节（OAEP SHA-1）、6047 字节（SM2PKE）',
  'RSA keys: RSA_…; EC_P256 and EC_P256K: ECDSA_SHA_256; EC_SM2: SM2DSA':
    'RSA 密钥使用 RSA_…；EC_P256 和 EC_P256K 使用 ECDSA_SHA_256；EC_SM2 使用 SM2DSA',
  'digest of the message, 32 bytes: SHA-256; for SM2DSA SM3(Z ‖ message)':
    '消息的摘要，32 字节：SHA-256；SM2DSA 为 SM3(Z ‖ 消息)',
  'signature: RSA as long as the modulus, ECDSA and SM2 a DER SEQUENCE { r, s }':
    '签名：RSA 与模数等长，ECDSA 与 SM2 为 DER 格式的 SEQUENCE { r, s }',
  'signature as AsymmetricSign returns it': 'AsymmetricSign 返回的签名',
  'whether the signature is right': '签名是否正确',
  'PEM SubjectPublicKeyInfo': 'PEM 格式的 SubjectPublicKeyInfo',
}
