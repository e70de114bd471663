import { dirname, resolve } from 'node:path'
import { z } from 'zod/v3'

const text = z.string().min(1)

const kmsSettings = z.strictObject({
  kind: z.literal('kms'),
  endpoint: text.refine(isSafeEndpoint, 'is neither https:// nor on this machine').optional(),
  regionId: text.optional(),
  keyId: text,
  caFile: text.optional(),
  accessKeyId: text.optional(),
  accessKeySecret: text.optional(),
  securityToken: text.optional(),
  clientKeyFile: text.optional(),
  passwordFile: text.optional(),
  certFile: text.optional(),
  certKeyFile: text.optional(),
})

const pkcs11Settings = z.strictObject({
  kind: z.literal('pkcs11'),
  library: text,
  token: text,
  key: text,
  pin: text.optional(),
  pinFile: text.optional(),
})

const sealSettings = z.discriminatedUnion('kind', [kmsSettings, pkcs11Settings])

/** How another KMS is asked to wrap the root key. */
export type KmsSealSettings = z.output<typeof kmsSettings>

/** The key of a token that wraps the root key. */
export type Pkcs11SealSettings = z.output<typeof pkcs11Settings>

/** What a seal file says: who keeps the root key, and how that is asked. */
export type SealSettings = z.output<typeof sealSettings>

/**
 * Reads the content of a seal file.
 *
 * @throws RangeError with one line that names the member at fault, and none of the values
 */
export function parseSealSettings(content: string): SealSettings {
  const parsed = sealSettings.safeParse(parseJson(content))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new RangeError(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`)
  }
  const { data } = parsed
  const needed = needs.find(([member, other]) => has(data, member) && !has(data, other))
  if (needed) throw new RangeError(`${needed[1]}: is needed beside ${needed[0]}`)
  if (data.kind === 'pkcs11' && has(data, 'pin') === has(data, 'pinFile'))
    throw new RangeError('pinFile: either that or pin is needed')
  return data
}

/** The same with paths that mean the same wherever they are read: a file lies beside the one that names it. */
export function withWholePaths(settings: SealSettings, file: string): SealSettings {
  const whole = Object.entries(settings).map(([member, value]) => [
    member,
    typeof value === 'string' && member.endsWith('File') ? resolve(dirname(file), value) : value,
  ])
  return Object.fromEntries(whole)
}

/** A root key on its way in clear would be anybody's. */
function isSafeEndpoint(endpoint: string): boolean {
  return !/^http:/i.test(endpoint) || /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$)/i.test(endpoint)
}

const needs: readonly (readonly [string, string])[] = [
  ['accessKeyId', 'accessKeySecret'],
  ['accessKeySecret', 'accessKeyId'],
  ['securityToken', 'accessKeyId'],
  ['clientKeyFile', 'passwordFile'],
  ['passwordFile', 'clientKeyFile'],
  ['clientKeyFile', 'endpoint'],
  ['certFile', 'certKeyFile'],
  ['certKeyFile', 'certFile'],
]

const has = (settings: SealSettings, member: string): boolean => Object.hasOwn(settings, member)

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''))
  } catch {
    throw new RangeError('the file: is not JSON')
  }
}
