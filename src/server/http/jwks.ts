import { hash } from 'node:crypto'
import type { PublishedKeys } from '../../core/asymmetric/published-keys.ts'
import { KmsError } from '../../core/errors.ts'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { pathOf, type Route } from './route.ts'

export interface JwksOptions {
  isSealed(): boolean
  publishedKeys(): Promise<PublishedKeys>
  monotonicMs(): number
}

export const jwksPath = '/.well-known/jwks.json'

/** How long a document holds before keys are looked for again: anybody may ask, as often as they like (SEC-64). */
const freshMs = 1000

/**
 * `GET /.well-known/jwks.json`: the public keys whose owners publish them (RFC 7517), with no authentication. A sealed
 * server shows none.
 */
export function jwksRoute({ isSealed, publishedKeys, monotonicMs }: JwksOptions): Route {
  let made = Number.NEGATIVE_INFINITY
  let current: Promise<Document> | undefined
  const documentNow = (): Promise<Document> => {
    if (current !== undefined && monotonicMs() - made < freshMs) return current
    const making = publishedKeys().then(documentOf)
    made = monotonicMs()
    current = making
    making.catch(() => {
      if (current === making) current = undefined
    })
    return making
  }
  return {
    name: 'jwks',
    matches: (request) => pathOf(request) === jwksPath && (request.method === 'GET' || request.method === 'HEAD'),
    handle: async (request) => {
      if (isSealed()) throw new KmsError('ServiceUnavailableTemporary')
      const { etag, answer } = await documentNow()
      return isKnown(request, etag) ? { ...answer, status: 304 } : answer
    },
  }
}

interface Document {
  readonly etag: string
  readonly answer: HttpResponse
}

function documentOf({ keys, isTruncated }: PublishedKeys): Document {
  const body = `${JSON.stringify({ keys })}\n`
  const etag = `"${hash('sha256', body, 'base64url')}"`
  const headers = {
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=60',
    etag,
    ...(isTruncated ? { 'x-keyhaven-truncated': 'true' } : {}),
  }
  return { etag, answer: { status: 200, headers, body } }
}

/** RFC 9110 §13.1.2: compared weakly, so an ETag that a proxy has weakened is still the one. */
function isKnown(request: HttpRequest, etag: string): boolean {
  const asked = header(request, 'if-none-match') ?? ''
  return asked.trim() === '*' || asked.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
