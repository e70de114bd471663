import { errors } from '../../../src/api/errors.ts'

/** The page docs/reference/errors.md, made from the error table. */
export function errorsPage(): string {
  const rows = Object.entries(errors).map(
    ([code, { status, message, retryable }]) =>
      `| \`${code}\` | ${status} | ${message.replaceAll('<name>', '…').replaceAll('|', '\\|')} | ${retryable ? 'yes' : ''} |`,
  )
  return [
    '# Errors',
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
