import type { ChineseTexts } from './texts.ts'

export const aliasesTexts: ChineseTexts = {
  'Gives a key another name.': '为密钥创建别名。',
  'Removes an alias.': '删除别名。',
  'Lists the aliases of the account.': '列出账号的别名。',
  'Lists the aliases of a key.': '列出密钥的别名。',
  'Points an alias at another key.': '让别名指向另一个密钥。',
  '`alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; those beginning with `alias/acs` are reserved':
    '`alias/` 加 1 至 255 个字母、数字、`_`、`-`、`/`；以 `alias/acs` 开头的为保留别名',
  'name of the alias': '别名',
  'ARN of the alias': '别名的 ARN',
  'id of the key it points at': '别名所指密钥的 ID',
}
