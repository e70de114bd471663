import { EnvelopeError } from './errors.ts'
import { envelopeFormats } from './formats.ts'

/*
 * Looks at arguments before they are used: programs without types get them wrong, and what goes wrong far inside says
 * nothing to them. Every function of the published door begins here.
 */

interface Rule {
  readonly fits: (value: unknown) => boolean
  /** goes on after "must be" */
  readonly words: string
}

const is = (words: string, fits: Rule['fits']): Rule => ({ words, fits })
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const has = (value: unknown, ...methods: readonly string[]): boolean =>
  isObject(value) && methods.every((method) => typeof value[method] === 'function')
const someOf = (fits: Rule['fits']) => (value: unknown) =>
  Array.isArray(value) ? value.length > 0 && value.every(fits) : fits(value)

const isName = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isRecipient = (value: unknown): boolean =>
  isName(value) || (isObject(value) && isName(value.keyId) && has(value.kms, 'encrypt', 'generateDataKey'))
const isContext = (value: unknown): boolean =>
  isObject(value) &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value)) &&
  Object.values(value).every((each) => typeof each === 'string')
const isPath = (value: unknown): boolean => isName(value) && !String(value).includes('\0')
const isSource = (value: unknown): boolean =>
  isObject(value) && !(value instanceof Uint8Array) && (Symbol.asyncIterator in value || Symbol.iterator in value)

const bytes = is('bytes (Uint8Array)', (value) => value instanceof Uint8Array)
const path = is('a path', isPath)
const source = is('a stream, or another source that yields bytes (Uint8Array)', isSource)
const pathOrSource = is(`a path or ${source.words}`, (value) => isPath(value) || isSource(value))
const recipients = is('a key id, alias or ARN, { keyId, kms }, or a list of them', someOf(isRecipient))
const flag = is('true or false', (value) => typeof value === 'boolean')
const callback = is('a function', (value) => typeof value === 'function')
const number = is('a number', (value) => typeof value === 'number')
const text = is('text', (value) => typeof value === 'string')
const writer = is('a client with generateDataKey and encrypt', (value) => has(value, 'generateDataKey', 'encrypt'))
const rewrapper = is('a client with decrypt and encrypt', (value) => has(value, 'decrypt', 'encrypt'))
const readers = is(
  'a client with decrypt, or a list of them',
  someOf((value) => has(value, 'decrypt')),
)
const format = (...more: readonly string[]): Rule => {
  const formats: readonly unknown[] = [...envelopeFormats, ...more]
  return is(`one of ${formats.join(', ')}`, (value) => formats.includes(value))
}

const everywhere: Readonly<Record<string, Rule>> = {
  encryptionContext: is('an object of texts', isContext),
  signal: is('an AbortSignal', (value) => value instanceof AbortSignal),
  cache: is('a DataKeyCache', (value) => has(value, 'dataKeyFor', 'recovered', 'remember')),
  allowUnauthenticated: flag,
  onSummary: callback,
  force: flag,
  onProgress: callback,
  workers: is('ChunkWorkers', (value) => has(value, 'run', 'close')),
}

/** Members of each kind of options; the first ones may not be missing. */
const options = {
  encrypt: {
    needed: { kms: writer, keyId: recipients },
    other: { ...everywhere, format: format('auto'), algorithm: text, chunkBytes: number },
  },
  decrypt: { needed: { kms: readers }, other: { ...everywhere, format: format() } },
  rewrap: { needed: { kms: rewrapper, to: recipients }, other: { ...everywhere, keepPresentKeys: flag } },
} as const

const kinds = { bytes, path, source, 'path or source': pathOrSource, object: is('an object', isObject) } as const

/** @throws EnvelopeError `InvalidArgument` that names what is wrong */
export function requireOptions(kind: keyof typeof options, given: unknown): void {
  if (!isObject(given)) throw wrong('the options', 'an object')
  const { needed, other } = options[kind]
  for (const [name, rule] of Object.entries<Rule>(needed))
    if (!rule.fits(given[name])) throw wrong(`the option ${name}`, rule.words)
  for (const [name, rule] of Object.entries<Rule>(other))
    if (given[name] !== undefined && !rule.fits(given[name])) throw wrong(`the option ${name}`, rule.words)
}

/** @throws EnvelopeError `InvalidArgument` that names what is wrong */
export function requireArgument(name: string, kind: keyof typeof kinds, given: unknown): void {
  if (!kinds[kind].fits(given)) throw wrong(`the ${name}`, kinds[kind].words)
}

function wrong(what: string, words: string): EnvelopeError {
  return new EnvelopeError('InvalidArgument', `${what} must be ${words}`)
}
