import type { ChineseTexts } from './texts.ts'

export const keyMaterialTexts: ChineseTexts = {
  'Destroys the imported material of a key; the same material may be imported again.':
    '销毁密钥中导入的材料；可以再次导入相同的材料。',
  'Returns a wrapping public key and an import token for a key of origin EXTERNAL.':
    '为来源为 EXTERNAL 的密钥返回包装公钥与导入令牌。',
  'Imports wrapped key material into a key of origin EXTERNAL. The token is used up, whatever comes of it.':
    '把包装后的密钥材料导入来源为 EXTERNAL 的密钥。无论结果如何，令牌都已用掉。',
  'kind of wrapping key': '包装密钥的类型',
  'RSA_2048: RSAES_…; EC_SM2: SM2PKE…; the last two are for private keys, wrapped under a symmetric key that is wrapped in turn':
    'RSA_2048 使用 RSAES_…；EC_SM2 使用 SM2PKE…；最后两个用于私钥：私钥用对称密钥包装，对称密钥再被包装',
  'wrapping public key: SubjectPublicKeyInfo in DER, Base64 without armour':
    '包装公钥：DER 格式的 SubjectPublicKeyInfo，Base64，无首尾标记行',
  'for one ImportKeyMaterial with material wrapped under this public key':
    '用于一次 ImportKeyMaterial，且材料须用此公钥包装',
  '24 hours from now': '从现在起 24 小时',
  'the wrapped key material': '包装后的密钥材料',
  'from GetParametersForImport': '来自 GetParametersForImport',
  'Unix seconds at which the material expires; 0 or left out: never': '密钥材料过期的 Unix 秒数；0 或不填表示不过期',
}
