import type { ChineseTexts } from './texts.ts'

export const ramIdentityProvidersTexts: ChineseTexts = {
  'Takes tokens that are meant for one more audience.': '多接受一个受众的令牌。',
  'Lets the issuer show one more certificate.': '允许签发方多出示一个证书。',
  'Makes an OpenID Connect identity provider known, whose tokens roles can trust.':
    '登记 OpenID Connect 身份提供商，角色可以信任其令牌。',
  'Deletes an identity provider; its tokens open no more sessions.': '删除身份提供商；其令牌不能再建立会话。',
  'Describes an identity provider.': '查询身份提供商的信息。',
  'Lists the identity providers of the account.': '列出账号的身份提供商。',
  'Takes no more tokens that are meant for an audience.': '不再接受某个受众的令牌。',
  'Lets the issuer no longer show a certificate.': '不再允许签发方出示某个证书。',
  'Changes the client ids of an identity provider, how old its tokens may be, or its description.':
    '更改身份提供商的客户端 ID、令牌的最长签发时间或描述。',
  'name of the provider': '身份提供商的名称',
  'one audience': '一个受众',
  'with commas': '以逗号分隔',
  hours: '小时',
  'milliseconds since 1970': '自 1970 年起的毫秒数',
  'SHA-1 or SHA-256 of a certificate': '证书的 SHA-1 或 SHA-256 指纹',
  'what its tokens name as issuer; its keys are found from there': '令牌中的签发者；由此找到其公钥',
  'audiences that its tokens may be meant for, with commas: up to 50 of up to 128 characters':
    '令牌可用的受众，以逗号分隔：最多 50 个，每个最长 128 字符',
  'SHA-1 or SHA-256 of certificates, with commas: up to 5, one of which the issuer has to show':
    '证书的 SHA-1 或 SHA-256 指纹，以逗号分隔：最多 5 个，签发方须出示其一',
  'hours after its making that a token is taken': '令牌签发后多少小时内接受',
}
