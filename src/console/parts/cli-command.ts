import type { RequestOf } from '../../api/operation.ts'
import { serviceCodes } from '../../api/operation.ts'
import { encodeRequest } from '../../wire/codec.ts'
import type { AnyOperation } from '../call.ts'

/** The command line that calls the operation with the same fields; what is sensitive is read from standard input. */
export function cliCommand<O extends AnyOperation>(operation: O, input: RequestOf<O>): string {
  const { name, api, request } = operation
  const words = [...encodeRequest(request, input as Readonly<Record<string, unknown>>)].map(
    ([parameter, value]) => `--${parameter} ${isSensitive(operation, parameter) ? '-' : quoted(value)}`,
  )
  return ['keyhaven', serviceCodes[api.product], name, ...words].join(' ')
}

const isSensitive = ({ request }: AnyOperation, parameter: string): boolean =>
  (request as Record<string, { readonly sensitive?: boolean } | undefined>)[parameter]?.sensitive === true

export const quoted = (text: string): string =>
  /^[\w./:=@+-]+$/.test(text) && !text.startsWith('@') ? text : `'${text.replaceAll("'", "'\\''")}'`
