import type { Field, Fields } from '../../api/field.ts'

/** What two servers that do the same still write differently, by its form. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----\s*/g, '($1)'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z/g, '(time)'],
  [/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, '(id)'],
  [/\b(?:key|kst)-[0-9a-z]{6,}/g, '(id)'],
  [/\b(?:LTAI|STS\.|TMP\.)[A-Za-z0-9]{8,}/g, '(AccessKey id)'],
  [/(?<!\d)\d{16}(?!\d)/g, '(account)'],
]

/** Members of every answer that belong to it alone. */
const ownMembers: ReadonlySet<string> = new Set(['RequestId', 'HostId', 'Recommend'])

/** Secrets that a server makes, so that no two are alike. */
const madeByServer: ReadonlySet<string> = new Set([
  ...['RandomPassword', 'AccessKeySecret', 'SecurityToken', 'PrivateKeyData'],
])

/** What of a value is to be the same at both servers. */
export function masked(value: unknown, name: string, field: Field | undefined): unknown {
  if (typeof value !== 'string') return value
  if (ownMembers.has(name)) return `(${name})`
  if (field?.kind === 'bytes') return /^Plaintext|^Random/.test(name) ? `(${bytesIn(value)} bytes)` : '(bytes)'
  if (madeByServer.has(name)) return '(secret)'
  return forms.reduce((text, [form, mask]) => text.replace(form, mask), value)
}

const bytesIn = (base64: string): number => Buffer.from(base64, 'base64').length

/** Something by which later calls name what this one has made. */
export const isName = (value: string, field: Field | undefined): boolean =>
  field?.kind === 'bytes' || /\((?:AccessKey )?id\)/.test(String(masked(value, '', field)))

/** The members of what a field holds. */
export const membersOf = (field: Field | undefined): Fields | undefined => field?.fields ?? field?.item?.fields

/** Nothing of such a field is shown anywhere. */
export const isSensitive = (field: Field | undefined): boolean =>
  field !== undefined &&
  (field.sensitive === true ||
    (field.item !== undefined && isSensitive(field.item)) ||
    Object.values(field.fields ?? {}).some(isSensitive))
