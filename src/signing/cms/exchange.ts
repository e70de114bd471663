import { Transport, type TransportOptions } from '../../sdk/transport.ts'
import { SigningError } from '../errors.ts'

export interface Exchange {
  /** for HTTP Basic, NAME:PASSWORD */
  readonly credentials?: string | undefined
  /** whom a message about it names: `The time-stamping authority` */
  readonly who: string
  readonly url: string
  readonly maxBytes: number
  /** GET without it */
  readonly request?: { readonly body: Uint8Array; readonly contentType: string } | undefined
}

/**
 * One question and its answer over HTTP, with the time limits of the SDK and a bounded answer. Redirections are not
 * followed.
 *
 * @throws SigningError `signature` for an answer that is none; ClientError where nobody answers
 */
export async function exchange(
  { who, url, maxBytes, request, credentials }: Exchange,
  options: TransportOptions,
): Promise<Uint8Array> {
  const problem = (what: string): SigningError => new SigningError('signature', `${who} ${what}.`)
  const address = URL.parse(url)
  if (address === null || !/^https?:$/.test(address.protocol)) throw problem('has no valid address')
  if (address.username !== '') throw problem('has a name or password in its address, which is no place for them')
  const transport = new Transport(new URL(address.origin), options)
  try {
    const { status, body } = await transport.send({
      method: request === undefined ? 'GET' : 'POST',
      path: address.pathname + address.search,
      headers: {
        host: transport.host,
        ...(request && { 'content-type': request.contentType }),
        ...authorization(credentials),
      },
      body: request?.body ?? '',
    })
    if (status !== 200) throw problem(`answers with HTTP status ${status}`)
    if (body.length > maxBytes) throw problem('gives an answer that is too long')
    return body
  } finally {
    await transport.close()
  }
}

/** @param pair - NAME:PASSWORD */
const authorization = (pair: string | undefined): Record<string, string> =>
  pair === undefined ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
