import type { ChineseTexts } from './texts.ts'

export const instanceTexts: ChineseTexts = {
  'Encrypts under the initial version of a key, symmetric or not, or under the version that the call pins (header `x-kms-migrationkeyversionid`).':
    '用密钥（对称或非对称）的初始版本加密，或用调用所固定的版本（请求头 `x-kms-migrationkeyversionid`）。',
  'Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were given, and their IV.':
    '解密 Encrypt、GenerateDataKey 或 GenerateDataKeyPair 返回的密文；需要当时的参数与 IV。',
  'Encrypts under the primary version of a symmetric key into a self-describing ciphertext.':
    '用对称密钥的主版本加密，得到自描述的密文。',
  'Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given.':
    '解密自描述的密文；给出密钥与 IV 时也能解密 Encrypt 的密文。',
  'Signs a message (MessageType RAW, the default) or a digest (DIGEST).':
    '对消息（MessageType 为 RAW，默认）或摘要（DIGEST）签名。',
  'Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST).':
    '验证对消息（MessageType 为 RAW，默认）或摘要（DIGEST）的签名。',
  'Returns 1 to 64 random bytes.': '返回 1 至 64 个随机字节。',
  'Generates a data key of 1 to 1024 bytes under the initial version of a key.':
    '用密钥的初始版本生成 1 至 1024 字节的数据密钥。',
  'Generates a data key under the primary version of a key; its ciphertext is self-describing.':
    '用密钥的主版本生成数据密钥；其密文自描述。',
  'Generates a key pair; the private key comes in plaintext and encrypted under the initial version of a key.':
    '生成密钥对；返回私钥的明文，以及用密钥初始版本加密的私钥。',
  'As GenerateDataKeyPair; the private key comes encrypted only.': '同 GenerateDataKeyPair；只返回加密的私钥。',
  'Generates a key pair; the private key comes in plaintext and in a self-describing ciphertext.':
    '生成密钥对；返回私钥的明文与自描述的密文。',
  'As AdvanceGenerateDataKeyPair; the private key comes encrypted only.':
    '同 AdvanceGenerateDataKeyPair；只返回加密的私钥。',
  'Returns the public key of a key as PEM.': '以 PEM 返回密钥的公钥。',
  'Returns the value of a secret.': '返回凭据值。',
  'Computes the message authentication code of an HMAC key. Not published by the service.':
    '计算 HMAC 密钥的消息认证码。云服务未公开此接口。',
  'Hashes a message with SHA-256 or SM3. Not published by the service.':
    '用 SHA-256 或 SM3 计算消息的摘要。云服务未公开此接口。',
  'Encrypts into the ciphertext layout of the public gateway. Not published by the service.':
    '加密，密文布局与公共网关相同。云服务未公开此接口。',
  'Decrypts the ciphertext layout of the public gateway. Not published by the service.':
    '解密公共网关布局的密文。云服务未公开此接口。',
  'names the call in the log and the audit log of the service': '日志与审计日志中此次调用的标识',
  'the key version that was used': '所用的密钥版本',
  'what is encrypted, or was': '被加密的内容',
  'what was encrypted; the layout is that of the operation that wrote it': '加密后的内容；布局取决于生成它的操作',
  'algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key':
    '算法与模式，如 AES_GCM、RSAES_OAEP_SHA_256 或 ECDSA_SHA_256；为空则取该类密钥的默认值',
  'additional authenticated data of modes that authenticate; the same bytes are needed to decrypt':
    '认证模式的附加认证数据；解密时需要相同的字节',
  'nonce or initial vector; in GCM 12 bytes; made by the service unless given':
    '随机数或初始向量；GCM 为 12 字节；不填由服务生成',
  'padding of block modes; empty for that of the algorithm': '分组模式的填充；为空则取该算法的默认值',
  'what is signed or checked: the message, or its digest where MessageType says so':
    '被签名或验证的内容：消息，或 MessageType 指明时为其摘要',
  'what the message is; empty for RAW': '消息的形式；为空表示 RAW',
  'the digest; in requests the form of an older generation, looked at when there is no Message':
    '摘要；请求中是较早一代的写法，没有 Message 时才使用',
  'the signature, or the message authentication code': '签名，或消息认证码',
  'whether the signature is one of this message by this key': '签名是否为此密钥对此消息的签名',
  'how many bytes, 1 to 64': '字节数，1 至 64',
  'the random bytes': '随机字节',
  'length of the data key in bytes, 1 to 1024; 0 for 32': '数据密钥的字节长度，1 至 1024；0 表示 32',
  'spec of both keys': '两个密钥的规格',
  'form of both keys; empty for PEM': '两个密钥的格式；为空表示 PEM',
  'the private key, PKCS #8 in the form that was asked for': '私钥，按所要求格式的 PKCS #8',
  'the private key, encrypted': '加密的私钥',
  'the public key, SubjectPublicKeyInfo': '公钥，SubjectPublicKeyInfo',
  'Generic, or what is managed': 'Generic，或托管的类型',
  'the value': '值',
  'a binary value is Base64': 'binary 的值为 Base64',
  'label of the version that is wanted; empty for ACSCurrent': '所要版本的状态标签；为空表示 ACSCurrent',
  'labels of the version': '版本的状态标签',
  'whether ExtendedConfig is wanted': '是否需要 ExtendedConfig',
  'particulars of a managed secret, JSON': '托管凭据的详情，JSON',
  'when the version was made': '该版本的创建时间',
  'when it was last rotated': '最近一次轮转的时间',
  'when it will be rotated next': '下一次轮转的时间',
  'whether it rotates by itself; Invalid after rotation failed too often': '是否自动轮转；轮转多次失败后为 Invalid',
  'time between rotations in seconds, such as 604800s': '轮转周期，秒，如 604800s',
}
