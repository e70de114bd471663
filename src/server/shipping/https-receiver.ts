import type { Agent, IncomingMessage } from 'node:http'
import { type Batch, NotDelivered, notDelivered, type Receiver } from './receiver.ts'

const { Agent: HttpsAgent, request } = process.getBuiltinModule('node:https')

export interface HttpsReceiverOptions {
  readonly url: string
  /** bearer token */
  readonly token?: string | undefined
  /** CA certificates, PEM; those of the system unless given */
  readonly ca?: readonly string[] | undefined
}

/** Posts batches as JSON lines; a status of 200 to 299 says that all of a batch is kept. */
export function httpsReceiver({ url, token, ca }: HttpsReceiverOptions): Receiver {
  const agent: Agent = new HttpsAgent({
    keepAlive: true,
    maxSockets: 1,
    minVersion: 'TLSv1.2',
    ...(ca && { ca: [...ca] }),
  })
  return {
    name: 'https',
    mostRecords: 1000,
    async deliver(batch, signal) {
      const body = batch.records.map(({ line }) => `${line}\n`).join('')
      const headers = {
        ...headersOf(batch, body),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      }
      const response = await post(url, { headers, agent, signal }, body).catch((error: unknown) => {
        throw notDelivered(error)
      })
      const { statusCode = 0 } = response
      if (statusCode >= 200 && statusCode < 300) return
      throw new NotDelivered(`it answered ${statusCode}`, statusCode === tooLong)
    },
  }
}

const tooLong = 413

const headersOf = ({ origin, records }: Batch, body: string) => ({
  'Content-Type': 'application/x-ndjson',
  'Content-Length': Buffer.byteLength(body),
  'Keyhaven-Audit-Log': origin,
  'Keyhaven-Audit-Records': `${records[0]?.seq}-${records.at(-1)?.seq}`,
})

/** Follows no redirect. What the answer says is read to its end, so that the connection can be used again. */
function post(
  url: string,
  options: { readonly headers: object; readonly agent: Agent; readonly signal: AbortSignal },
  body: string,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = request(url, { method: 'POST', ...options, headers: { ...options.headers } })
  sent.on('response', (response) =>
    response
      .on('end', () => resolve(response))
      .on('error', reject)
      .resume(),
  )
  // One that ends without an answer and without an error has delivered nothing either.
  sent
    .on('error', reject)
    .on('close', () => reject(new NotDelivered('it broke off')))
    .end(body)
  return promise
}
