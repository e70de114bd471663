import type { ChineseTexts } from './texts.ts'

export const certificatesTexts: ChineseTexts = {
  'Decrypts with the private key of a certificate.': '用证书的私钥解密。',
  'Signs with the private key of a certificate.': '用证书的私钥签名。',
  'Encrypts with the public key of a certificate.': '用证书的公钥加密。',
  'Checks a signature with the public key of a certificate.': '用证书的公钥验证签名。',
  'Generates a key for a certificate, and the request to have it certified with.':
    '为证书生成密钥，以及申请证书用的证书请求。',
  'Deletes a certificate with its private key, at once and for good.': '立即且永久删除证书及其私钥。',
  'Describes a certificate.': '查询证书的信息。',
  'Returns a certificate, its chain and its request.': '返回证书、证书链与证书请求。',
  'Activates, deactivates or revokes a certificate. A revoked one stays so: it only verifies.':
    '激活、停用或吊销证书。吊销后不可恢复，只能验签。',
  'Takes the certificate that a CA has issued for the key, and its chain. The certificate becomes active.':
    '上传 CA 为该密钥签发的证书及其证书链。证书随即激活。',
  'id of the certificate': '证书 ID',
  'RSA_2048: RSAES_OAEP_…; EC_SM2: SM2PKE': 'RSA_2048 使用 RSAES_OAEP_…；EC_SM2 使用 SM2PKE',
  'RSA_2048: RSA_…; EC_P256: ECDSA_SHA_256; EC_SM2: SM2DSA':
    'RSA_2048 使用 RSA_…；EC_P256 使用 ECDSA_SHA_256；EC_SM2 使用 SM2DSA',
  'the message, up to 4096 bytes, or its digest of 32 bytes': '消息，最多 4096 字节，或其 32 字节摘要',
  'whether Message is the message or its digest: SHA-256; for SM2DSA SM3(Z ‖ message)':
    'Message 是消息还是摘要：SHA-256；SM2DSA 为 SM3(Z ‖ 消息)',
  'data; at most 190 bytes (OAEP SHA-256), 214 (OAEP SHA-1), 6047 (SM2PKE)':
    '数据；最多 190 字节（OAEP SHA-256）、214 字节（OAEP SHA-1）、6047 字节（SM2PKE）',
  'signature as CertificatePrivateKeySign returns it': 'CertificatePrivateKeySign 返回的签名',
  'kind of the key': '密钥的类型',
  'who the certificate is about, most specific part first (RFC 2253): `CN=name,OU=unit,O=org,C=CN`':
    '证书主体，最具体的部分在前（RFC 2253）：`CN=name,OU=unit,O=org,C=CN`',
  'other names, as a rule of the domain system; up to 10': '其他名称，一般为域名；最多 10 个',
  'only kept: no private key is ever exported': '仅保存：私钥从不导出',
  '`SOFTWARE` or `HSM`; only kept': '`SOFTWARE` 或 `HSM`；仅保存',
  'ARN of the certificate': '证书的 ARN',
  'PEM certificate request (PKCS #10)': 'PEM 格式的证书请求（PKCS #10）',
  '`PENDING` until the certificate is uploaded': '上传证书之前为 `PENDING`',
  'when the key was generated': '密钥的生成时间',
  'when anything about it was last changed': '最近一次更改的时间',
  'who the certificate is about, most specific part first': '证书主体，最具体的部分在前',
  'other names': '其他名称',
  'bytes in hexadecimal, as `79 36 26`; empty while `PENDING`': '十六进制字节，如 `79 36 26`；`PENDING` 时为空',
  'who issued it; empty while `PENDING`': '签发者；`PENDING` 时为空',
  'serial number, decimal; empty while `PENDING`': '十进制序列号；`PENDING` 时为空',
  'beginning of its validity; empty while `PENDING`': '有效期开始；`PENDING` 时为空',
  'end of its validity; empty while `PENDING`': '有效期结束；`PENDING` 时为空',
  'what it is signed with, such as `ECDSA-SHA256`; empty while `PENDING`':
    '证书的签名算法，如 `ECDSA-SHA256`；`PENDING` 时为空',
  'as it was created': '与创建时相同',
  'tags of the certificate': '证书的标签',
  'PEM; empty until it has been uploaded': 'PEM；上传之前为空',
  'PEM; empty if there is none': 'PEM；没有时为空',
  'PEM certificate request': 'PEM 格式的证书请求',
  'the status that it gets': '要设为的状态',
  'PEM; must be about the key': 'PEM；须与该密钥对应',
  'PEM: the issuer, its issuer, and so on': 'PEM：签发者、签发者的签发者，依此类推',
}
