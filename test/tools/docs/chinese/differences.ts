/** Why the service differs from the models of the official clients, by the English reason. */
export const differences: Readonly<Record<string, string>> = {
  'tags of policies decide nothing here': '此处策略的标签不起任何作用',
  'tags of roles decide nothing here': '此处角色的标签不起任何作用',
  'the versions of a policy always go with it; one in use is never deleted':
    '策略的版本总是随之删除；使用中的策略从不删除',
  'nobody logs in to a console': '没有人登录云的控制台',
  'policies have no tags': '策略没有标签',
  'roles have no tags': '角色没有标签',
  'the subject of the token is kept instead, and nothing of it can be set': '改为保存令牌的主体，其内容不能设置',
  'an AccessKey that refuses signature version 1.0 (SEC-36)': '使该 AccessKey 拒绝签名版本 1.0（SEC-36）',
  'only the oldest models have it, and no documentation': '只有最早的模型中有，没有文档',
  'users, roles and policies have no tags': '用户、角色与策略没有标签',
  'policies are read and replaced as a whole, in their version in force': '策略按其生效的版本整体读取与替换',
  'refusals say in clear what was denied': '拒绝时直接说明被拒的内容',
  'the only identity providers are those of OpenID Connect': '只有 OpenID Connect 身份提供商',
}
