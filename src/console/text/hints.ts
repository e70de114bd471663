import type { Text } from './texts.ts'

/** What a person can do about an error, by its code or the beginning of it. The longest that fits is shown. */
const hints: Readonly<Record<string, Text>> = {
  'InvalidAction.NotFound': [
    'This server does not have the operation: it is older than this page.',
    '服务器没有此操作：版本早于本页面。',
  ],
  ServerAway: [
    'The server cannot be reached. Nothing is known of whether it did what was asked.',
    '无法连接服务器，无法得知该操作是否已执行。',
  ],
  UnreadableAnswer: [
    'The server is of another version than this page. Load the page again.',
    '服务器与本页面版本不一致，请重新加载页面。',
  ],
  MissingParameter: ['Fill in the field that is marked.', '请填写标出的字段。'],
  InvalidParameter: [
    'The field that is marked is not as the server wants it. The help beside it says what fits.',
    '标出的字段不符合要求，请参考旁边的说明。',
  ],
  'InvalidParameter.PolicyDocument': [
    'The policy is not well formed. The editor shows where.',
    '策略文档格式不正确，请查看编辑器中的提示。',
  ],
  'Forbidden.NoPermission': [
    'Your policies do not allow this. The policy tester under Access says which statement decided.',
    '您的策略不允许此操作。可在“访问控制”的策略测试中查看由哪条语句决定。',
  ],
  NoPermission: [
    'Your policies do not allow this. The policy tester under Access says which statement decided.',
    '您的策略不允许此操作。可在“访问控制”的策略测试中查看由哪条语句决定。',
  ],
  'Forbidden.KeyNotFound': ['There is no such key, or it is in another account.', '密钥不存在，或属于其他账号。'],
  'Forbidden.AliasNotFound': ['There is no such alias.', '别名不存在。'],
  'Forbidden.ResourceNotFound': ['What was named does not exist. Check the name.', '指定的资源不存在，请检查名称。'],
  'Forbidden.DKMSInstanceNotFound': ['There is no such instance.', '实例不存在。'],
  AliasAlreadyExists: [
    'The alias points at a key already. Choose another name, or move the alias.',
    '该别名已指向某个密钥，请更换名称或移动别名。',
  ],
  'Rejected.Disabled': ['The key is disabled. Enable it first.', '密钥已禁用，请先启用。'],
  'Rejected.PendingDeletion': [
    'The key waits for its deletion. Cancel the deletion first.',
    '密钥等待删除，请先取消删除。',
  ],
  'Rejected.PendingImport': [
    'The key has no material yet. Import it on the tab Material.',
    '密钥尚无密钥材料，请在“密钥材料”页导入。',
  ],
  'Rejected.ResourceExist': ['The name is taken. Choose another one.', '名称已被占用，请更换。'],
  'Rejected.ResourceInDeleteWindow': [
    'The secret waits for its deletion. Restore it first.',
    '凭据等待删除，请先恢复。',
  ],
  'Rejected.ResourceInUse': ['Something still uses it.', '该资源仍在使用中。'],
  'Rejected.Throttling': ['Too many calls at once. Try again in a moment.', '调用过于频繁，请稍后重试。'],
  'Rejected.LimitExceeded': ['The most that is allowed exists already.', '已达到允许的数量上限。'],
  'Rejected.DeletionProtection': [
    'The key is protected from deletion. Turn the protection off first.',
    '密钥已开启删除保护，请先关闭。',
  ],
  'Unsupported.Alias': ['An alias is not accepted here; use the key id.', '此处不接受别名，请使用密钥 ID。'],
  UnsupportedOperation: ['This key or secret cannot be used for that.', '该密钥或凭据不支持此操作。'],
  InvalidKeyMaterial: [
    'The material does not unwrap to what the key spec needs. Wrap it with the parameters shown.',
    '密钥材料解开后不符合密钥规格，请使用所示参数重新加密。',
  ],
  ImportTokenExpired: [
    'The import token is used up or too old. Get new parameters.',
    '导入令牌已使用或过期，请重新获取参数。',
  ],
  EntityNotExist: ['It does not exist, or no longer.', '对象不存在或已被删除。'],
  EntityAlreadyExists: ['The name is taken. Choose another one.', '名称已被占用，请更换。'],
  DeleteConflict: ['Something still hangs on it. Take that away first.', '仍有关联的对象，请先解除关联。'],
  LimitExceeded: ['The most that is allowed exists already.', '已达到允许的数量上限。'],
  InvalidAccessKeyId: ['There is no such AccessKey, or it is disabled.', 'AccessKey 不存在或已禁用。'],
  'InvalidAccessKeyId.NotFound': ['There is no such AccessKey.', 'AccessKey 不存在。'],
  SignatureDoesNotMatch: ['The AccessKey secret is not the right one.', 'AccessKey secret 不正确。'],
  SignatureNotMatch: ['The AccessKey secret is not the right one.', 'AccessKey secret 不正确。'],
  InvalidTimeStamp: ['The clock of this machine is wrong by more than 15 minutes.', '本机时钟偏差超过 15 分钟。'],
  InvalidSecurityToken: [
    'The temporary credentials have expired or do not belong together.',
    '临时凭证已过期或不匹配。',
  ],
  InvalidConsoleSession: ['Your session has ended. Sign in again.', '会话已结束，请重新登录。'],
  InvalidConsoleRequest: [
    'The request did not come from this console as the server sees it. Is a proxy between that changes the address?',
    '服务器认为该请求并非来自本控制台。中间是否有改写地址的代理？',
  ],
  ServiceUnavailableTemporary: [
    'The server can do nothing just now: it is sealed, or its store does not answer.',
    '服务器暂时无法工作：处于封印状态，或存储没有响应。',
  ],
  InternalFailure: [
    'A fault of the server. Its log has the cause under the RequestId.',
    '服务器内部错误。可在服务器日志中按 RequestId 查找原因。',
  ],
}

export function hintFor(code: string): Text | undefined {
  const parts = code.split('.')
  for (let length = parts.length; length > 0; length--) {
    const beginning = parts.slice(0, length).join('.')
    if (Object.hasOwn(hints, beginning)) return hints[beginning]
  }
  return undefined
}
