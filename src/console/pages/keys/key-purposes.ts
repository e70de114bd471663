import type { keySpecNames } from '../../../api/key-fields.ts'
import type { Text } from '../../text/texts.ts'

export type KeySpec = (typeof keySpecNames)[number]

export interface Purpose {
  readonly name: string
  readonly title: Text
  readonly help: Text
  readonly keyUsage: 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY' | 'GENERATE/VERIFY_MAC'
  /** the first one is suggested */
  readonly specs: readonly { readonly spec: KeySpec; readonly hint: Text }[]
}

/** What people want keys for, and which specs serve that: nobody has to know the specs beforehand. */
export const purposes: readonly Purpose[] = [
  {
    name: 'encrypt',
    title: ['Encrypt data', '加密数据'],
    help: [
      'Small data at the server, files and records by data keys. The usual choice.',
      '在服务端加密小数据，通过数据密钥加密文件和记录。最常见的选择。',
    ],
    keyUsage: 'ENCRYPT/DECRYPT',
    specs: [
      { spec: 'Aliyun_AES_256', hint: ['AES-256-GCM, fast; rotates by itself', 'AES-256-GCM，速度快，可自动轮转'] },
      { spec: 'Aliyun_SM4', hint: ['SM4, where Chinese standards are asked for', 'SM4，适用于国密合规要求'] },
      { spec: 'Aliyun_AES_192', hint: ['AES-192, for old programs', 'AES-192，用于旧程序'] },
      { spec: 'Aliyun_AES_128', hint: ['AES-128, for old programs', 'AES-128，用于旧程序'] },
    ],
  },
  {
    name: 'sign',
    title: ['Sign and verify', '签名与验签'],
    help: [
      'The private key stays here, anybody can verify with the public one.',
      '私钥留在服务内，任何人都可以用公钥验签。',
    ],
    keyUsage: 'SIGN/VERIFY',
    specs: [
      {
        spec: 'EC_P256',
        hint: ['ECDSA P-256: short signatures of about 71 bytes, the fastest', 'ECDSA P-256：签名约 71 字节，速度最快'],
      },
      {
        spec: 'RSA_2048',
        hint: ['RSA, known by everything; signatures of 256 bytes', 'RSA，兼容性最好，签名 256 字节'],
      },
      {
        spec: 'RSA_3072',
        hint: ['RSA, for beyond 2030; signatures of 384 bytes', 'RSA，适用于 2030 年以后，签名 384 字节'],
      },
      { spec: 'RSA_4096', hint: ['RSA, slow; signatures of 512 bytes', 'RSA，较慢，签名 512 字节'] },
      { spec: 'EC_P256K', hint: ['ECDSA secp256k1, as chains use it', 'ECDSA secp256k1，用于区块链'] },
      {
        spec: 'EC_SM2',
        hint: ['SM2 with SM3, where Chinese standards are asked for', 'SM2 与 SM3，适用于国密合规要求'],
      },
    ],
  },
  {
    name: 'wrap',
    title: ['Encrypt to a public key', '公钥加密'],
    help: ['Others encrypt with the public key, only this service decrypts.', '他人用公钥加密，只有本服务能解密。'],
    keyUsage: 'ENCRYPT/DECRYPT',
    specs: [
      { spec: 'RSA_2048', hint: ['RSA-OAEP, up to 190 bytes at a time', 'RSA-OAEP，每次最多 190 字节'] },
      { spec: 'RSA_3072', hint: ['RSA-OAEP, up to 318 bytes at a time', 'RSA-OAEP，每次最多 318 字节'] },
      { spec: 'RSA_4096', hint: ['RSA-OAEP, up to 446 bytes at a time', 'RSA-OAEP，每次最多 446 字节'] },
      { spec: 'EC_SM2', hint: ['SM2, up to 6047 bytes at a time', 'SM2，每次最多 6047 字节'] },
    ],
  },
  {
    name: 'mac',
    title: ['Authenticate messages (HMAC)', '消息认证（HMAC）'],
    help: ['Codes that only holders of this key can make and check.', '只有此密钥的使用者才能生成和校验的认证码。'],
    keyUsage: 'GENERATE/VERIFY_MAC',
    specs: [
      { spec: 'HMAC_SHA_256', hint: ['32 bytes, the usual choice', '32 字节，常用'] },
      { spec: 'HMAC_SHA_512', hint: ['64 bytes', '64 字节'] },
      { spec: 'HMAC_SHA_384', hint: ['48 bytes', '48 字节'] },
      { spec: 'HMAC_SHA_224', hint: ['28 bytes', '28 字节'] },
      { spec: 'HMAC_SM3', hint: ['SM3, where Chinese standards are asked for', 'SM3，适用于国密合规要求'] },
    ],
  },
]
