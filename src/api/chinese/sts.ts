import type { ChineseTexts } from './texts.ts'

export const stsTexts: ChineseTexts = {
  'Gives temporary credentials of a role to a user or session whom the role trusts. The account itself assumes no roles.':
    '向角色所信任的用户或会话发放角色的临时凭证。账号自身不能扮演角色。',
  'Gives temporary credentials of a role for a token of an identity provider; the call need not be signed.':
    '凭身份提供商的令牌发放角色的临时凭证；调用无需签名。',
  'Tells who the caller is. Everybody may ask.': '查询调用者的身份。任何人都可以调用。',
  'names the session in the audit log: 2 to 64 letters, digits and `. @ - _`':
    '审计日志中的会话名称：2 至 64 个字母、数字及 `. @ - _`',
  '900 to the longest session of the role': '900 至角色的最长会话时间',
  'policy as JSON text that narrows what the session may do, up to 2048 characters':
    'JSON 文本形式的权限策略，用于收窄会话的权限，最长 2048 字符',
  "what the role's trust policy may ask for in a condition on `sts:ExternalId`":
    '角色的信任策略可以用 `sts:ExternalId` 条件要求的值',
  'who stands behind the session and those that it opens; needs `sts:SetSourceIdentity`':
    '会话及其建立的会话背后的人；需要 `sts:SetSourceIdentity`',
  'begins with `STS.`': '以 `STS.` 开头',
  'goes with every request': '随每个请求发送',
  'JWT, as the provider has given it': '身份提供商给出的 JWT',
  'what the token says': '令牌的内容',
  'audiences, with commas': '受众，以逗号分隔',
  Success: 'Success',
  '16 digits': '16 位数字',
  'ARN of the caller': '调用者的 ARN',
  'who it is': '调用者的类型',
  'of a user or the account': '用户或账号时返回',
  'of a role session': '角色会话时返回',
}
