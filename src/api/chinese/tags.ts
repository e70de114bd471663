import type { ChineseTexts } from './texts.ts'

export const tagsTexts: ChineseTexts = {
  'Lists the tags of a key.': '列出密钥的标签。',
  'Lists keys or secrets with their tags, 200 tags a page.': '列出密钥或凭据及其标签，每页 200 个标签。',
  'Adds tags to a key, secret or certificate, or changes their values. Exactly one of KeyId, SecretName and CertificateId names it.':
    '为密钥、凭据或证书添加标签，或更改标签的值。由 KeyId、SecretName、CertificateId 之一（且仅一个）指定。',
  'Adds tags to several keys or secrets, or changes their values: to all of them or to none.':
    '为多个密钥或凭据添加标签，或更改标签的值：要么全部成功，要么全不生效。',
  'Removes tags from a key, secret or certificate. Exactly one of KeyId, SecretName and CertificateId names it.':
    '移除密钥、凭据或证书的标签。由 KeyId、SecretName、CertificateId 之一（且仅一个）指定。',
  'Removes tags from several keys or secrets: from all of them or from none.':
    '移除多个密钥或凭据的标签：要么全部成功，要么全不生效。',
  'key of the tag': '标签的键',
  'value of the tag': '标签的值',
  'this region': '本服务的地域',
  'what the ResourceIds name': 'ResourceId 所指资源的类型',
  'key ids or secret names, up to 50': '密钥 ID 或凭据名称，最多 50 个',
  'only resources that have all of these tags; without Value any value':
    '只返回具有全部这些标签的资源；不填 Value 表示任意值',
  '1 to 128 letters, digits and `/ \\ _ - . + = : @`; not beginning with `aliyun` or `acs:`':
    '1 至 128 个字母、数字及 `/ \\ _ - . + = : @`；不得以 `aliyun` 或 `acs:` 开头',
  '0 to 128 such characters': '0 至 128 个此类字符',
  'from the page before': '来自上一页',
  'key id or secret name': '密钥 ID 或凭据名称',
  'what it is': '资源的类型',
  'names the next page; empty after the last': '用于取下一页；最后一页之后为空',
  'name of a secret': '凭据名称',
  'id of a certificate': '证书 ID',
  'tags, up to 20': '标签，最多 20 个',
  'tag keys, up to 20; those it does not have are passed over': '标签的键，最多 20 个；没有的会被忽略',
  'tag keys; those a resource does not have are passed over': '标签的键；资源没有的会被忽略',
  'removes every tag; counts only when no TagKey is given': '移除全部标签；仅在没有 TagKey 时有效',
}
