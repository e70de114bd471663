import { z } from 'zod/v3'
import type { CertificateNames } from './certificate-names.ts'

const principal =
  /^(?:\*|root|(?:user|role|applicationaccesspoint|oidc-provider)\/(?:[A-Za-z0-9._@-]*\*)?[A-Za-z0-9._@-]*)$/
const text = z.string().min(1)
const ruleSchema = z.strictObject({
  uri: text.optional(),
  dns: text.optional(),
  email: text.optional(),
  commonName: text.optional(),
  sha256: text.optional(),
  principals: z
    .array(
      z.string().regex(principal, 'is none of user/…, role/…, applicationaccesspoint/…, oidc-provider/…, root and *'),
    )
    .min(1),
})

/** Whose certificate calls as whom: of these the first that fits a certificate counts. */
export type PrincipalRule = z.output<typeof ruleSchema>

type Attribute = Exclude<keyof PrincipalRule, 'principals'>
const attributes = ['uri', 'dns', 'email', 'commonName', 'sha256'] as const satisfies readonly Attribute[]

/** What a `*` never stands for, so that it reaches no further than one part of a name. */
const separators: Readonly<Record<Attribute, string>> = { uri: '/', dns: '.', email: '@', commonName: '/', sha256: '' }

const fingerprint = /^[0-9a-f]{64}$/

const schema = z.array(ruleSchema.superRefine(checkRule)).min(1)

function checkRule(rule: PrincipalRule, context: z.RefinementCtx): void {
  const wrong = (message: string, ...path: (string | number)[]): void =>
    context.addIssue({ code: 'custom', message, path })
  const named = attributes.filter((name) => rule[name] !== undefined)
  const [attribute] = named
  if (attribute === undefined || named.length > 1) {
    wrong(`needs one of ${attributes.join(', ')}`)
    return
  }
  const pattern = rule[attribute] ?? ''
  if (attribute === 'sha256' && !fingerprint.test(plainFingerprint(pattern)))
    wrong('is no SHA-256 fingerprint of 64 hexadecimal digits', attribute)
  if (pattern.split('*').length > 2) wrong('has more than one *', attribute)
  const unfounded = rule.principals.findIndex((name) => name.length > 1 && name.includes('*') && !pattern.includes('*'))
  if (unfounded >= 0) wrong(`has a * for which there is none in ${attribute}`, 'principals', unfounded)
}

/**
 * Reads the content of a file of rules.
 *
 * @throws RangeError with one line that names what is at fault
 */
export function parsePrincipalRules(content: string): readonly PrincipalRule[] {
  const parsed = schema.safeParse(parseJson(content))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RangeError(`${issue?.path.join('.') || 'the file'} ${issue?.message}`)
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''))
  } catch {
    throw new RangeError('the file is not JSON')
  }
}

/** As whom the holder of a certificate may call; nobody when no rule fits. */
export function principalsFor(rules: readonly PrincipalRule[], names: CertificateNames): readonly string[] {
  for (const rule of rules) {
    const attribute = attributes.find((name) => rule[name] !== undefined)
    if (attribute === undefined) continue
    const part = partFor(attribute, rule[attribute] ?? '', names)
    if (part !== undefined) return rule.principals.map((name) => (name === '*' ? name : name.replace('*', () => part)))
  }
  return []
}

/** What the `*` of the pattern stands for in the first name that fits, nothing if it has none; undefined if none fits. */
function partFor(attribute: Attribute, pattern: string, names: CertificateNames): string | undefined {
  if (attribute === 'sha256') return plainFingerprint(pattern) === names.sha256 ? '' : undefined
  const fold = (name: string): string => (attribute === 'dns' ? name.toLowerCase() : name)
  const [before = '', after] = fold(pattern).split('*')
  for (const name of names[attribute].map(fold)) {
    if (after === undefined && name === before) return ''
    if (after === undefined || !name.startsWith(before) || !name.slice(before.length).endsWith(after)) continue
    const part = name.slice(before.length, name.length - after.length)
    if (part !== '' && !part.includes(separators[attribute])) return part
  }
  return undefined
}

/** Many programs write it in capitals, with colons. */
const plainFingerprint = (written: string): string => written.replaceAll(':', '').toLowerCase()
