import type { ChineseTexts } from './texts.ts'

export const secretsTexts: ChineseTexts = {
  'Returns the values of several secrets. What cannot be answered is told in Errors; the call succeeds all the same.':
    '返回多个凭据的值。无法返回的列在 Errors 中，调用本身仍然成功。',
  'Creates a secret and its first version, which is the current one.': '创建凭据及其第一个版本，该版本即当前版本。',
  'Plans the deletion of a secret, or deletes it at once.': '计划删除凭据，或立即删除。',
  'Describes a secret, without its value.': '查询凭据的信息，不含凭据值。',
  'Makes a random password.': '生成随机口令。',
  'Tells when a value of a secret was last read, by a call that succeeded.': '查询凭据值最近一次被成功读取的时间。',
  'Returns the policy of a secret that belongs to an instance.': '返回实例中凭据的策略。',
  'Returns the value of a secret: the version that VersionId names, else the one with the stage.':
    '返回凭据值：VersionId 指定的版本，否则为带有该状态标签的版本。',
  'Lists the versions of a secret with their stages.': '列出凭据的版本及其状态标签。',
  'Lists the secrets of the account, those waiting for deletion included.': '列出账号的凭据，包括等待删除的。',
  'Stores a new version of a generic secret. The same version again is success; another value under its id is refused.':
    '为普通凭据存入新版本。再次存入相同的版本视为成功；同一版本号存入不同的值会被拒绝。',
  'Cancels the planned deletion of a secret.': '取消凭据的计划删除。',
  'Rotates a managed secret now. A version id that exists already makes it a success without action.':
    '立即轮转托管凭据。版本号已存在时视为成功，不做任何事。',
  'Replaces the policy of a secret that belongs to an instance.': '替换实例中凭据的策略。',
  'Has a generic secret rotate by a hook of the operator’s, or no longer.':
    '由运维配置的钩子轮转普通凭据，或不再轮转。',
  'Replaces the description of a secret, or the custom data of a managed one.':
    '替换凭据的描述，或托管凭据的自定义数据。',
  'Turns automatic rotation of a managed secret on or off and sets its interval.':
    '开启或关闭托管凭据的自动轮转，并设置周期。',
  'Moves a stage label to another version, or takes a custom label away.':
    '把状态标签移到另一个版本，或移除自定义标签。',
  'up to 20 secrets, each named once': '最多 20 个凭据，每个只写一次',
  'name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`':
    '凭据名称，或其 ARN `acs:kms:<地域>:<账号>:secret/<名称>`',
  'id of a version': '版本号',
  'stage label': '状态标签',
  'managed secrets: answers ExtendedConfig, too': '托管凭据：同时返回 ExtendedConfig',
  'name of the secret': '凭据的名称',
  'the value, as it was given': '凭据值，与存入时相同',
  '`binary` says that the value is bytes in Base64': '`binary` 表示值为 Base64 编码的字节',
  'type of the secret': '凭据的类型',
  label: '标签',
  'when the version was stored': '版本的存入时间',
  'whether it rotates by itself; `Invalid` after rotation failed too often': '是否自动轮转；轮转多次失败后为 `Invalid`',
  'seconds and the letter s': '秒数加字母 s',
  'when it rotates next': '下次轮转的时间',
  'when it rotated last': '上次轮转的时间',
  'settings of a managed secret, JSON text': '托管凭据的设置，JSON 文本',
  'of this value': '这个值的请求 ID',
  'the name asked for': '请求中的名称',
  'status that GetSecretValue would have answered': 'GetSecretValue 会返回的 HTTP 状态码',
  'error code': '错误码',
  'error text': '错误信息',
  '1 to 192 letters, digits and `_ / + = . @ -`; not beginning with `acs/` unless the type says so':
    '1 至 192 个字母、数字及 `_ / + = . @ -`；除托管类型外不得以 `acs/` 开头',
  'id of the version, 1 to 64 characters; unique in the secret': '版本号，1 至 64 个字符，在凭据内唯一',
  'the value, up to 30720 bytes in UTF-8': '凭据值，UTF-8 编码后最长 30720 字节',
  '`binary` says that the value is bytes in Base64; it is kept as given':
    '`binary` 表示值为 Base64 编码的字节；按原样保存',
  '`Generic` unless given': '不填为 `Generic`',
  'symmetric key that seals the values; without one, a key that the service keeps for the account':
    '用于加密凭据值的对称密钥；不填则使用服务为账号保管的密钥',
  'instance that the secret is to belong to': '凭据所属的实例',
  'managed secrets: what they are for, a JSON object of up to 1024 characters':
    '托管凭据：用途，最长 1024 字符的 JSON 对象',
  'managed secrets: whether it rotates by itself': '托管凭据：是否自动轮转',
  'a whole number and `d`, `h`, `m` or `s`: 6 hours to 8760 hours': '整数加 `d`、`h`、`m` 或 `s`：6 至 8760 小时',
  'ARN of the secret': '凭据的 ARN',
  'instance the secret belongs to': '凭据所在的实例',
  'deletes it now; it cannot be restored': '立即删除，不可恢复',
  'days in which it can be restored, 30 unless given; not with force':
    '可恢复的天数，不填为 30；不能与立即删除同时使用',
  'when it is deleted for good': '永久删除的时间',
  'answers the tags, too': '同时返回标签',
  'key that seals the values; empty when the service keeps it': '用于加密凭据值的密钥；由服务保管时为空',
  'when the secret was created': '凭据的创建时间',
  'when anything about it was changed last': '最近一次改动的时间',
  'when it is deleted for good; only when that is planned': '永久删除的时间；仅在计划删除时返回',
  'always empty (the name is misspelt on the wire)': '总是为空（线上协议中的拼写如此）',
  characters: '字符数',
  'printable ASCII characters that it must not have': '不得包含的可打印 ASCII 字符',
  'no lower-case letters': '不含小写字母',
  'no upper-case letters': '不含大写字母',
  'no digits': '不含数字',
  'no punctuation': '不含标点',
  'at least one character of each kind that is not excluded': '每种未排除的字符至少一个',
  'the password': '口令',
  'stage label; `ACSCurrent` when neither is given': '状态标签；两者都不填时为 `ACSCurrent`',
  'id of a version; passed over for managed secrets': '版本号；托管凭据忽略此参数',
  'lists versions that have lost every label, too': '同时列出已没有任何标签的版本',
  'when it was stored': '存入的时间',
  'conditions by SecretName (beginning), Description (part), TagKey, TagValue, DKMSInstanceId, SecretType or Creator; conditions on different names must all hold, of the values of one name any':
    '按 SecretName（开头）、Description（部分）、TagKey、TagValue、DKMSInstanceId、SecretType 或 Creator 筛选；不同名称的条件须同时满足，同一名称的值满足其一即可',
  'when it was created': '创建的时间',
  'when it was changed last': '最近改动的时间',
  'labels that move to the version; `["ACSCurrent"]` unless given': '移到该版本的状态标签；不填为 `["ACSCurrent"]`',
  'name of the hook; without one the secret no longer rotates': '钩子名称；不填则不再轮转',
  'whether it rotates by itself': '是否自动轮转',
  'managed secrets: up to 10 pairs, as JSON text or as `ExtendedConfig.CustomData.<name>`':
    '托管凭据：最多 10 个键值对，写成 JSON 文本，或写成 `ExtendedConfig.CustomData.<名称>`',
  'version that gets the label': '获得该标签的版本',
  'version that has it now': '当前拥有该标签的版本',
}
