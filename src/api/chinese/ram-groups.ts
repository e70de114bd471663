import type { ChineseTexts } from './texts.ts'

export const ramGroupsTexts: ChineseTexts = {
  'Puts a user into a group: it has the policies of the group from its next call on.':
    '把用户加入用户组：从下一次调用起拥有该组的权限策略。',
  'Gives a policy to a group, and so to each of its users.': '为用户组授予权限策略，即授予其每个用户。',
  'Creates a group of users. It has an effect once it has users and policies.':
    '创建用户组。有用户和权限策略之后才起作用。',
  'Deletes a group that has neither users nor policies any more.': '删除已没有用户与权限策略的用户组。',
  'Takes a policy from a group.': '收回用户组的权限策略。',
  'Describes a group.': '查询用户组的信息。',
  'Lists the groups of the account.': '列出账号的用户组。',
  'Lists the groups that a user is in.': '列出用户所在的用户组。',
  'Lists the policies that a group has.': '列出用户组拥有的权限策略。',
  'Lists the users of a group.': '列出用户组的用户。',
  'Takes a user out of a group.': '把用户移出用户组。',
  'Changes the name of a group, whose users and policies stay, or its comments.':
    '更改用户组的名称（用户与策略保留）或备注。',
  'name of the group': '用户组名称',
  'since when the user is in the group': '用户加入的时间',
}
