import { SigningError } from '../errors.ts'

/**
 * Parameters of a call as a caller writes them: `notifyUrl` or `notify_url`, `bizContent` or `biz_content`, and whatever
 * else the documentation of the method names. Values that aren't text are sent as JSON; empty ones aren't sent.
 */
export interface AlipayParameters {
  /** the business parameters; names may be written `outTradeNo` or `out_trade_no` */
  readonly bizContent?: object | undefined
  readonly [name: string]: unknown
}

/** Names and texts that are sent, and signed. */
export type Parameters = Readonly<Record<string, string>>

/** `outTradeNo` becomes `out_trade_no`; a name that isn't written so stays as it is. */
function snakeCase(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/.test(name)) return name
  const separated = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
  return separated.toLowerCase()
}

/** The same value with every name in it in snake case, however deep. */
export function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snakeCase(name), inSnakeCase(inner)]))
}

/** Those of the parameters that have a value, by their names on the wire. */
export function asSent(parameters: Readonly<Record<string, unknown>>): Parameters {
  const sent = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]): [string, string] => [snakeCase(name), typeof value === 'string' ? value : inJson(value)])
  return Object.fromEntries(sent)
}

const inJson = (value: unknown): string => JSON.stringify(value)

/** What is signed: `name=value`, by name, joined by `&`; values as they are. */
export const signContent = (parameters: Parameters): string =>
  Object.keys(parameters)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}=${parameters[name]}`)
    .join('&')

/** `yyyy-MM-dd HH:mm:ss` in China, where there is no summer time. */
export const chinaTime = (time: Date): string =>
  new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** What travels in the address of a call; everything else goes in its body. */
const inAddress: ReadonlySet<string> = new Set([
  ...['app_id', 'method', 'format', 'charset', 'sign_type', 'sign', 'timestamp', 'version', 'notify_url', 'return_url'],
  ...['auth_token', 'app_auth_token', 'app_cert_sn', 'alipay_root_cert_sn', 'ws_service_url'],
])

/** Splits signed parameters into an address and a form. */
export function addressAndForm(gateway: URL, parameters: Parameters): { address: URL; form: Parameters } {
  const address = new URL(gateway)
  const form: Record<string, string> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (inAddress.has(name)) address.searchParams.set(name, value)
    else form[name] = value
  }
  return { address, form }
}

/** @throws SigningError `document` if something is given twice, or is not for the caller to give */
export function requireOwn(parameters: AlipayParameters): void {
  if (parameters.bizContent !== undefined && parameters.biz_content !== undefined)
    throw new SigningError('document', 'Both bizContent and biz_content are given.', { parameter: 'bizContent' })
  const names = Object.keys(parameters).map(snakeCase)
  const reserved = ['sign', 'sign_type', 'app_id', 'method', 'app_cert_sn', 'alipay_root_cert_sn']
  const wrong = reserved.find((name) => names.includes(name))
  if (wrong !== undefined) throw new SigningError('document', `The client sets ${wrong} itself.`, { parameter: wrong })
  if (!['utf-8', undefined].includes(String(parameters.charset ?? 'utf-8').toLowerCase()))
    throw new SigningError('document', 'Only the charset utf-8 is sent.', { parameter: 'charset' })
}
