import { byText, canonicalQuery, type Parameter } from './percent.ts'
import { wholeSeconds } from './whole-seconds.ts'

/** What ACS3 signs, without the signing: a browser signs with its own cryptography, everybody else with Node's. */

export interface Acs3CanonicalParts {
  readonly method: string
  /** of the query string alone, decoded; what is in the body is covered by its digest */
  readonly parameters: Iterable<Parameter>
  /** names in lower case */
  readonly headers: ReadonlyMap<string, readonly string[]>
  /** names in lower case, sorted */
  readonly signedHeaders: readonly string[]
  readonly payloadDigest: string
}

/** A signed header that the request lacks counts as present and empty. */
export function acs3CanonicalRequest(parts: Acs3CanonicalParts): string {
  const headers = parts.signedHeaders.map((name) => `${name}:${headerText(parts.headers.get(name) ?? [])}\n`).join('')
  const query = canonicalQuery(parts.parameters)
  return `${parts.method}\n/\n${query}\n${headers}\n${parts.signedHeaders.join(';')}\n${parts.payloadDigest}`
}

/** A repeated header: trimmed values, sorted, joined with a comma. */
const headerText = (values: readonly string[]): string =>
  values.length === 1
    ? (values[0] ?? '').trim()
    : values
        .map((value) => value.trim())
        .sort(byText)
        .join(',')

/** A request before it is signed. */
export interface Acs3Unsigned {
  /** `GET` or `POST` */
  readonly method: string
  /** value of the Host header, with the port if it is not the default one */
  readonly host: string
  readonly action: string
  readonly version: string
  /** sent in the query string */
  readonly query: Iterable<Parameter>
  /** such as `content-type`; names in lower case. `x-acs-…`, `host` and `content-type` are signed */
  readonly headers?: Readonly<Record<string, string>>
  readonly date: Date
  /** unique for each request */
  readonly nonce: string
}

export interface Acs3Prepared {
  readonly canonicalRequest: string
  /** All headers to send, those of the request included; names in lower case. */
  signedWith(algorithm: string, signature: string): Record<string, string>
}

/** @param payloadDigest - of the body, lower-case hex */
export function prepareAcs3(
  request: Acs3Unsigned,
  payloadDigest: string,
  { accessKeyId, securityToken }: { readonly accessKeyId: string; readonly securityToken?: string | undefined },
): Acs3Prepared {
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-acs-action': request.action,
    'x-acs-version': request.version,
    'x-acs-date': wholeSeconds(request.date),
    'x-acs-signature-nonce': request.nonce,
    'x-acs-content-sha256': payloadDigest,
  }
  if (securityToken !== undefined) {
    headers['x-acs-accesskey-id'] = accessKeyId
    headers['x-acs-security-token'] = securityToken
  }
  const signedHeaders = Object.keys(headers).filter(isSigned).sort(byText)
  const canonicalRequest = acs3CanonicalRequest({
    method: request.method,
    parameters: request.query,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    signedHeaders,
    payloadDigest,
  })
  return {
    canonicalRequest,
    signedWith: (algorithm, signature) => {
      const fields = `Credential=${accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`
      return { ...headers, authorization: `${algorithm} ${fields}` }
    },
  }
}

const isSigned = (name: string): boolean => name.startsWith('x-acs-') || name === 'host' || name === 'content-type'
