export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array
  /** the server closes the connection after it */
  readonly isLast: boolean
}

const headEnd = Buffer.from('\r\n\r\n')
/** No answer of a KMS comes near. */
const longestAnswer = 16 * 1024 * 1024

/** Reads answers of HTTP/1.1 that came one at a time: those with a length, and those in chunks. */
export class AnswerReader {
  #bytes: Buffer = Buffer.alloc(0)

  /** @returns the answer once it is whole, undefined before; 'malformed' for what is none */
  read(bytes: Uint8Array): HttpAnswer | undefined | 'malformed' {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes])
    if (this.#bytes.length > longestAnswer) return 'malformed'
    const end = this.#bytes.indexOf(headEnd)
    if (end === -1) return undefined
    const head = this.#bytes.toString('latin1', 0, end)
    const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? []
    if (status === undefined) return 'malformed'
    const body = bodyOf(head, this.#bytes.subarray(end + headEnd.length), Number(status))
    if (body === undefined || body === 'malformed') return body
    this.#bytes = Buffer.alloc(0)
    return { status: Number(status), body, isLast: /^connection: *close\r?$/im.test(head) }
  }
}

/** Undefined while some of it is missing. Since one answer is awaited at a time, nothing may follow it. */
function bodyOf(head: string, rest: Buffer, status: number): Uint8Array | undefined | 'malformed' {
  if (status === 204 || status === 304) return rest
  const [, length] = /^content-length: *(\d+) *\r?$/im.exec(head) ?? []
  if (length !== undefined) return rest.length > Number(length) ? 'malformed' : whole(rest, Number(length))
  if (/^transfer-encoding: *chunked *\r?$/im.test(head)) return dechunked(rest)
  return 'malformed'
}

const whole = (rest: Buffer, length: number): Buffer | undefined => (rest.length < length ? undefined : rest)

function dechunked(rest: Buffer): Uint8Array | undefined | 'malformed' {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at)
    if (line === -1) return undefined
    const [, digits] = /^([0-9a-f]{1,7})(?:;|$)/i.exec(rest.toString('latin1', at, line)) ?? []
    if (digits === undefined) return 'malformed'
    const [start, length] = [line + 2, Number.parseInt(digits, 16)]
    if (rest.length < start + length + 2) return undefined
    if (length === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(start, start + length))
    at = start + length + 2
  }
}
