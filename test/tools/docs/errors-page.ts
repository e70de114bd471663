import { errors } from '../../../src/api/errors.ts'
import { errorMessages } from './chinese/error-messages.ts'

const cell = (text: string): string => text.replaceAll('<name>', '…').replaceAll('|', '\\|')

/** The page docs/reference/errors.md, made from the error table. */
export function errorsPage(): string {
  const rows = Object.entries(errors).map(
    ([code, { status, message, retryable }]) =>
      `| \`${code}\` | ${status} | ${cell(message)} | ${retryable ? 'yes' : ''} |`,
  )
  return [
    '# Errors',
    '',
    '[中文](errors.zh-CN.md)',
    '',
    'Every code that the service answers with, made from the table in `src/api/errors.ts`. `…` stands for the name of the',
    'parameter at fault. The SDK throws them as `ServiceError`; those marked *again* may succeed when the same call is sent',
    'again, and the SDK does that by itself. What goes wrong on the way is a `ClientError` with a code of its own.',
    '',
    '| code | HTTP status | message | again |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** The same in Chinese, with what the messages say. */
export function errorsPageInChinese(): string {
  const rows = Object.entries(errors).map(([code, { status, message, retryable }]) => {
    const meaning = errorMessages[message]
    if (meaning === undefined) throw new Error(`test/tools/docs/chinese/error-messages.ts lacks: ${message}`)
    return `| \`${code}\` | ${status} | ${cell(message)} | ${cell(meaning)} | ${retryable ? '是' : ''} |`
  })
  return [
    '# 错误码',
    '',
    '[English](errors.md)',
    '',
    '服务返回的全部错误码，由 `src/api/errors.ts` 中的表生成。`…` 表示出错参数的名称。SDK 以 `ServiceError` 抛出；标有“可重试”的，',
    '重新发送同样的调用可能成功，SDK 会自动重试。途中出现的问题是 `ClientError`，有自己的代码。错误信息本身总是英文。',
    '',
    '| 错误码 | HTTP 状态码 | 错误信息 | 含义 | 可重试 |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
