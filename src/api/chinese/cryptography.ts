import type { ChineseTexts } from './texts.ts'

export const cryptographyTexts: ChineseTexts = {
  'Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation SDKs).':
    '用指定的算法加密，得到自描述的密文（第一代 SDK）。',
  'Creates a managed data key: random bytes under a name, kept sealed, handed out by GetManagedDataKey.':
    '创建托管数据密钥：一段有名称的随机字节，密封保存，由 GetManagedDataKey 取用。',
  'Adds a version to a managed data key, of the length of its first one.':
    '为托管数据密钥添加版本，长度与第一个版本相同。',
  'Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned; the ciphertext names its key.':
    '解密 Encrypt、GenerateDataKey 或 ReEncrypt 返回的密文；密文自带其密钥。',
  'Encrypts up to 6 KB under the primary version of a symmetric key.': '用对称密钥的主版本加密最多 6 KB 数据。',
  'Decrypts a data key and returns it encrypted under a public key of the caller.':
    '解密数据密钥，并用调用者的公钥加密后返回。',
  'Generates a data key and returns it encrypted under the key and under a public key of the caller.':
    '生成数据密钥，返回用密钥加密的和用调用者公钥加密的两份密文。',
  'Generates a data key and returns it in plaintext and encrypted.': '生成数据密钥，返回明文与密文。',
  'Generates a data key and returns it encrypted only.': '生成数据密钥，只返回密文。',
  'Computes a message authentication code.': '计算消息认证码。',
  'Returns a version of a managed data key in plaintext.': '返回托管数据密钥某个版本的明文。',
  'Lists the versions of a managed data key.': '列出托管数据密钥的版本。',
  'Decrypts a ciphertext and encrypts the plaintext under another key, without showing it.':
    '解密密文，并用另一个密钥加密其明文，过程中不展示明文。',
  'Checks a message authentication code.': '验证消息认证码。',
  'data to encrypt, up to 6144 bytes': '要加密的数据，最多 6144 字节',
  '`AES_` or `SM4_` by key spec, with `GCM`, `CBC`, `CTR`, or where it is allowed `ECB`; default GCM':
    '按密钥规格为 `AES_` 或 `SM4_`，后接 `GCM`、`CBC`、`CTR`，允许时也可为 `ECB`；默认 GCM',
  'additional authenticated data; GCM only': '附加认证数据；仅限 GCM',
  '12 bytes for GCM, 16 for CBC; random when left out, and always for CTR':
    'GCM 为 12 字节，CBC 为 16 字节；不填则随机生成，CTR 总是随机生成',
  '`PKCS7_PADDING` unless given; CBC and ECB only': '不填为 `PKCS7_PADDING`；仅限 CBC 与 ECB',
  'id of the key that was used, whatever name was given': '实际使用的密钥的 ID，与请求中的写法无关',
  'id of the key version that was used': '实际使用的密钥版本的 ID',
  'self-describing: header, key version id, IV, ciphertext': '自描述：头部、密钥版本 ID、IV、密文',
  'the algorithm that was used': '实际使用的算法',
  'the IV that was used': '实际使用的 IV',
  'the padding that was used; empty for GCM': '实际使用的填充方式；GCM 为空',
  'name of the managed data key': '托管数据密钥的名称',
  'length in bytes': '字节长度',
  'id of the new version': '新版本的 ID',
  'the ciphertext': '密文',
  'the pairs of text given when the ciphertext was made': '生成密文时提供的键值对',
  'confidential-computing recipient: the plaintext is for an attested enclave only':
    '机密计算接收方：明文只交给经过证明的飞地',
  'attestation documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead':
    '此处无法校验云上的证明文档，也不会改为返回明文',
  'only checks: success is reported as error `DryRunOperationError`':
    '只做检查：可以成功时返回错误 `DryRunOperationError`',
  'the plaintext for the recipient': '交给接收方的明文',
  'the text given to Encrypt; of a data key, its Base64 text': '交给 Encrypt 的文本；若为数据密钥，则为其 Base64 文本',
  'opaque text, returned unchanged by Decrypt; normally Base64 of up to 6144 bytes':
    '任意文本，Decrypt 原样返回；通常为不超过 6144 字节数据的 Base64',
  'pairs of text bound to the ciphertext; an equal map is needed to decrypt':
    '与密文绑定的键值对；解密时需提供相同的键值对',
  'self-describing; safe to store': '自描述，可安全保存',
  'the data key as GenerateDataKey returned it': 'GenerateDataKey 返回的数据密钥',
  'public key to encrypt the data key under: DER SubjectPublicKeyInfo':
    '用来加密数据密钥的公钥：DER 格式的 SubjectPublicKeyInfo',
  'how to encrypt it; must fit WrappingKeySpec': '加密方式；须与 WrappingKeySpec 相符',
  'kind of the public key': '公钥的类型',
  'the data key under the given public key: raw bytes, encrypted': '用所给公钥加密的数据密钥：加密的是原始字节',
  'length by name: 32 or 16 bytes; ignored beside NumberOfBytes':
    '以名称表示长度：32 或 16 字节；有 NumberOfBytes 时忽略',
  'length of the data key in bytes; with neither this nor KeySpec, 32': '数据密钥的字节长度；与 KeySpec 均不填时为 32',
  'the data key under the key; Decrypt returns its Base64 text': '用密钥加密的数据密钥；Decrypt 返回其 Base64 文本',
  'the data key for the recipient': '交给接收方的数据密钥',
  'the data key': '数据密钥',
  'must be the one of the key spec': '须与密钥规格一致',
  'the message, up to 6144 bytes': '消息，最多 6144 字节',
  'the code, full length': '消息认证码，完整长度',
  'version id': '版本 ID',
  'without DataKeyVersionId: the latest version, not the first': '没有 DataKeyVersionId 时：取最新版本，而不是第一个',
  'name of the version': '版本名称',
  'as asked': '与请求相同',
  'versions in all': '版本总数',
  'symmetric ciphertext, or bare asymmetric ciphertext such as an exported data key':
    '对称密文，或非对称算法的原始密文，例如导出的数据密钥',
  'key id of a symmetric key; an alias is refused': '对称密钥的 ID；不接受别名',
  'asymmetric source only: key id': '仅限非对称来源：密钥 ID',
  'asymmetric source only: key version id': '仅限非对称来源：密钥版本 ID',
  'asymmetric source only: how it was encrypted': '仅限非对称来源：当初的加密算法',
  'the new ciphertext': '新密文',
  'id of the key that decrypted': '解密所用密钥的 ID',
  'id of the key version that decrypted': '解密所用密钥版本的 ID',
  'the code to check': '待验证的消息认证码',
  'whether the code is right': '消息认证码是否正确',
}
