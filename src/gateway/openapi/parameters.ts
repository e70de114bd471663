import { KmsError } from '../../core/errors.ts'
import { type Parameter, percentDecode } from '../../wire/percent.ts'
import { type HttpRequest, header } from '../http.ts'

/** What a request carries, decoded. Every name occurs once, wherever it came from. */
export interface RequestParameters {
  /** query string and form together */
  readonly all: ReadonlyMap<string, string>
  /** the query string alone, as ACS3 signs it */
  readonly query: readonly Parameter[]
}

/** Far above what any operation takes; TagResources with 50 resources and 20 tags has about 110 parameters. */
const maxParameters = 200
const maxNameLength = 128
/** in characters of the decoded value; the longest field of the contract holds 32 KiB */
const maxValueLength = 65_536
/** in bytes; a form of the longest values, all escaped */
const maxBodyBytes = 262_144

/**
 * Reads the parameters of a request from query string and form body, in any mix.
 *
 * @throws KmsError `UnsupportedHTTPMethod`, `InvalidAction.NotFound` (another path), `RequestEntityTooLarge`;
 * `ParseRequestParameterException` for what cannot be decoded; `InvalidParameter` for a name that occurs twice, which
 * a signature and a decoder could understand differently (SEC-36)
 */
export function readParameters(request: HttpRequest): RequestParameters {
  if (request.method !== 'GET' && request.method !== 'POST') throw new KmsError('UnsupportedHTTPMethod')
  const question = request.target.indexOf('?')
  const path = question < 0 ? request.target : request.target.slice(0, question)
  if (path !== '/') throw new KmsError('InvalidAction.NotFound')
  if (request.body.length > maxBodyBytes) throw new KmsError('RequestEntityTooLarge')

  const all = new Map<string, string>()
  if (question >= 0) readPairs(request.target.slice(question + 1), all)
  const query = [...all]
  if (request.body.length > 0 && isForm(request)) readPairs(latin1(request.body), all)
  return { all, query }
}

const form = 'application/x-www-form-urlencoded'

function isForm(request: HttpRequest): boolean {
  const mediaType = header(request, 'content-type')
  return mediaType === form || mediaType?.split(';', 1)[0]?.trim().toLowerCase() === form
}

/** A form is ASCII; any other byte becomes a character that decoding refuses. */
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

function readPairs(text: string, into: Map<string, string>): void {
  let start = 0
  while (start < text.length) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand < 0 ? text.length : ampersand
    if (end > start) addPair(text.slice(start, end), into)
    start = end + 1
  }
}

function addPair(pair: string, into: Map<string, string>): void {
  const equals = pair.indexOf('=')
  const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals))
  const value = equals < 0 ? '' : percentDecode(pair.slice(equals + 1))
  if (!name || name.length > maxNameLength || value === undefined || into.size === maxParameters) {
    throw new KmsError('ParseRequestParameterException')
  }
  if (into.has(name)) throw repeated(name)
  if (value.length > maxValueLength) throw new KmsError('RequestEntityTooLarge')
  into.set(name, value)
}

/** Names the parameter only when it looks like one: the text comes from outside. */
function repeated(name: string): KmsError {
  if (!/^[A-Za-z][A-Za-z0-9.]{0,63}$/.test(name)) return new KmsError('ParseRequestParameterException')
  const message = `The specified parameter "${name}" is not valid. It was sent more than once.`
  return new KmsError('InvalidParameter', { parameter: name, message })
}
