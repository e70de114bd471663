import type { ChineseTexts } from './texts.ts'

export const keysTexts: ChineseTexts = {
  'Cancels the planned deletion of a key, which is then enabled.': '取消密钥的计划删除，密钥随后处于启用状态。',
  'Creates a key. With origin EXTERNAL it waits for imported material.':
    '创建密钥。来源为 EXTERNAL 时等待导入密钥材料。',
  'Makes a new version of a key; of a symmetric key it becomes the primary version.':
    '创建密钥的新版本；对称密钥的新版本成为主版本。',
  'Describes one key.': '查询一个密钥的信息。',
  'Describes one version of a key.': '查询密钥的一个版本。',
  'Stops a key from being used until it is enabled again.': '禁用密钥，重新启用之前不能使用。',
  'Lets a disabled key be used again.': '启用已禁用的密钥。',
  'Tells when a key was last used for cryptography, by a call that succeeded.':
    '查询密钥最近一次成功用于密码运算的时间。',
  'Returns the policy of a key that belongs to an instance.': '返回实例中密钥的策略。',
  'Lists the versions of a key.': '列出密钥的版本。',
  'Lists the keys of the account, with filters.': '列出账号的密钥，可按条件筛选。',
  'Plans the deletion of a key; until then it cannot be used and the plan can be cancelled.':
    '计划删除密钥；在此之前不能使用，计划可以取消。',
  'Turns deletion protection of a key or an instance on or off. Exactly one of KeyId, ProtectedResourceArn and KmsInstanceId names it.':
    '开启或关闭密钥或实例的删除保护。由 KeyId、ProtectedResourceArn、KmsInstanceId 之一（且仅一个）指定。',
  'Replaces the policy of a key that belongs to an instance.': '替换实例中密钥的策略。',
  'Replaces the description of a key.': '替换密钥的描述。',
  'Turns automatic rotation of a key on or off and sets its interval.': '开启或关闭密钥的自动轮转，并设置周期。',
  'key id; an alias is refused with `Unsupported.Alias`': '密钥 ID；别名会被 `Unsupported.Alias` 拒绝',
  'kind of key': '密钥的类型',
  'what the key is for; left out, SIGN/VERIFY for specs that sign, else the only usage of the spec':
    '密钥的用途；不填时，可签名的规格为 SIGN/VERIFY，其余规格取其唯一用途',
  'who makes the key material': '由谁生成密钥材料',
  'kept with the key; SOFTWARE when left out; an instance decides itself':
    '随密钥保存；不填为 SOFTWARE；实例内由实例决定',
  'free text': '任意文字',
  'rotate; symmetric keys of origin Aliyun_KMS only': '是否自动轮转；仅限来源为 Aliyun_KMS 的对称密钥',
  'time between rotations: a number and d, h, m or s, 7 to 730 days; needed when rotation is turned on':
    '轮转周期：数字加 d、h、m 或 s，7 至 730 天；开启轮转时必填',
  'instance to create the key in; left out, a default key is created': '密钥所属的实例；不填则创建默认密钥',
  'hardware instances: HsmInternal when left out; HsmEncryptedDatabase keys can rotate':
    '硬件实例：不填为 HsmInternal；HsmEncryptedDatabase 的密钥可以轮转',
  'policy document: JSON of up to 32768 bytes, Version "1"': '策略文档：JSON，最长 32768 字节，Version 为 "1"',
  'the tags, up to 20: keys of 1 to 128, values of 0 to 128 letters, digits and `/ \\ _ - . + = : @`':
    '标签，最多 20 个：键 1 至 128 个、值 0 至 128 个字母、数字及 `/ \\ _ - . + = : @`',
  'not beginning with `aliyun` or `acs:`': '不得以 `aliyun` 或 `acs:` 开头',
  value: '值',
  'the new key': '新密钥',
  'id of the key': '密钥 ID',
  'ARN of the key': '密钥的 ARN',
  'when the key was created': '密钥的创建时间',
  'account that created it': '创建密钥的账号',
  'key spec': '密钥规格',
  'what the key is for': '密钥的用途',
  'state of the key': '密钥的状态',
  'who made the key material': '由谁生成密钥材料',
  'where it is kept': '保存在何处',
  'version that encrypts; asymmetric keys have none': '用于加密的版本；非对称密钥没有',
  'when the newest version was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC; empty while there is none, before the first import':
    '最新版本的创建时间，`yyyy-MM-ddTHH:mm:ssZ`（UTC）；首次导入之前没有版本时为空',
  'whether it rotates by itself; `Suspended` while the key is not enabled':
    '是否自动轮转；密钥未启用期间为 `Suspended`',
  'seconds and the letter s; unless rotation is Disabled': '秒数加字母 s；轮转为 Disabled 时没有',
  'when it rotates next; unless rotation is Disabled': '下次轮转的时间；轮转为 Disabled 时没有',
  'planned time of deletion; empty when none is planned': '计划删除的时间；没有计划时为空',
  'when imported material expires; empty when it does not': '导入的密钥材料的过期时间；不过期时为空',
  'instance the key belongs to; default keys have none': '密钥所属的实例；默认密钥没有',
  'key id, alias (`alias/…`) or key ARN': '密钥 ID、别名（`alias/…`）或密钥 ARN',
  'the new version': '新版本',
  'id of the version': '版本 ID',
  'when the version was created': '版本的创建时间',
  'the key': '密钥',
  'whether it is protected from deletion': '是否受删除保护',
  'why it is protected': '设置保护的原因',
  'key version id': '密钥版本 ID',
  'the version': '版本',
  'key id': '密钥 ID',
  'when it was last used, `yyyy-MM-ddTHH:mm:ssZ` in UTC; absent when no use is known':
    '最近一次使用的时间，`yyyy-MM-ddTHH:mm:ssZ`（UTC）；没有使用记录时不返回',
  'the operation that used it then': '当时使用它的操作',
  'since when uses are noted; nothing is known of uses before': '从何时起记录使用情况；此前的使用无从得知',
  'key id or key ARN; an alias is refused with `Unsupported.Alias`':
    '密钥 ID 或密钥 ARN；别名会被 `Unsupported.Alias` 拒绝',
  'only `default` exists': '只有 `default`',
  'policy document as JSON text': 'JSON 文本形式的策略文档',
  'page to return, from 1': '返回第几页，从 1 开始',
  'items in a page': '每页的条数',
  'the page returned': '返回的页码',
  'items on all pages': '所有页的总条数',
  'conditions by KeyState, KeySpec, KeyUsage, ProtectionLevel, CreatorType, Creator, DKMSInstanceId, keyId, AliasName, TagKey or TagValue; conditions on different names must all hold, of the values of one name any':
    '按 KeyState、KeySpec、KeyUsage、ProtectionLevel、CreatorType、Creator、DKMSInstanceId、keyId、AliasName、TagKey 或 TagValue 筛选；不同名称的条件须同时满足，同一名称的值满足其一即可',
  'what to filter by': '筛选的名称',
  'any of these': '满足其中之一',
  'key ARN': '密钥 ARN',
  'days until the deletion': '距离删除的天数',
  'whether it is to be protected': '是否设置保护',
  'why; kept only when protection is turned on': '原因；仅在开启删除保护时保存',
  'ARN of a key or instance': '密钥或实例的 ARN',
  'instance id': '实例 ID',
  'whether the key rotates by itself': '密钥是否自动轮转',
}
