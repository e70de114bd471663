import type { ChineseTexts } from './texts.ts'

export const serviceTexts: ChineseTexts = {
  'Tells whether the service is open for the account.': '查询账号是否已开通服务。',
  'Lists the regions that this service answers for.': '列出本服务对应的地域。',
  'Returns a nonce for a confidential machine to attest, good for five minutes.':
    '返回供机密计算环境证明用的随机数，五分钟内有效。',
  'Opens the service for the account; it is open from the start, so this answers `Forbidden.Opened`.':
    '为账号开通服务；服务一开始即已开通，因此返回 `Forbidden.Opened`。',
  'whether the service is open': '服务是否已开通',
  'such as `cn-hangzhou`': '例如 `cn-hangzhou`',
  'authenticates the nonce and its time; goes back with the attestation': '证明随机数及其时间；随证明一起交回',
  '32 random bytes, Base64': '32 个随机字节，Base64',
}
