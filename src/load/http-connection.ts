import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AnswerReader, type HttpAnswer } from './answer-reader.ts'

/** Where a server is, and how its certificate is checked. */
export interface Address {
  /** `https://host:port` or `http://host:port` */
  readonly origin: string
  /** CA certificates to trust instead of the system's, PEM */
  readonly ca?: string | undefined
  /** the official tool without `ca_path`: the certificate is not checked */
  readonly isUnchecked?: boolean | undefined
}

/** A call that got no whole answer. `code` is `network`, `certificate`, `timeout` or `badResponse`. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * One kept connection, one exchange at a time. A client for all purposes costs as much as half a call of the server; a
 * generator of load has to cost far less, and knows what it sends and what may come back.
 */
export class HttpConnection {
  readonly #address: Address
  readonly #timeoutMs: number
  #socket: Promise<Socket> | undefined
  #reader = new AnswerReader()
  #settle: { readonly resolve: (answer: HttpAnswer) => void; readonly reject: (failure: Error) => void } | undefined

  constructor(address: Address, timeoutMs: number) {
    this.#address = address
    this.#timeoutMs = timeoutMs
  }

  /**
   * @param request - a whole HTTP/1.1 request
   * @param sending - is called when the exchange begins: with a connection, if one has to be made, or with the request
   * @throws ExchangeFailure
   */
  async exchange(request: string | Uint8Array, sending: () => void = () => undefined): Promise<HttpAnswer> {
    const isConnected = this.#socket !== undefined
    if (!isConnected) sending()
    this.#socket ??= this.#open()
    const socket = await this.#socket.catch((error: unknown) => {
      this.#socket = undefined
      throw error
    })
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      if (isConnected) sending()
      socket.write(request)
    })
  }

  async close(): Promise<void> {
    const socket = await this.#socket?.catch(() => undefined)
    socket?.destroy()
  }

  #open(): Promise<Socket> {
    const { hostname, port, protocol } = new URL(this.#address.origin)
    const host = hostname.replace(/^\[|\]$/g, '')
    const isTls = protocol === 'https:'
    return new Promise((resolve, reject) => {
      const ready = (): void => resolve(socket)
      const to = { host, port: Number(port) || (isTls ? 443 : 80) }
      const socket: Socket = isTls ? connectTls({ ...to, ...this.#tls(host) }, ready) : connectTcp(to, ready)
      const fail = (failure: ExchangeFailure): void => {
        socket.destroy()
        reject(failure)
        this.#fail(failure)
      }
      socket.setNoDelay(true)
      socket.setTimeout(this.#timeoutMs, () => fail(new ExchangeFailure('timeout', 'No answer came in time.')))
      socket.on('data', (bytes: Uint8Array) => this.#read(bytes, socket))
      socket.on('error', (error: NodeJS.ErrnoException) => fail(failureOf(error)))
      socket.on('close', () => fail(new ExchangeFailure('network', 'The connection was closed.')))
    })
  }

  #tls(host: string) {
    const { ca, isUnchecked = false } = this.#address
    const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
    return { ...servername, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !isUnchecked }
  }

  #read(bytes: Uint8Array, socket: Socket): void {
    const answer = this.#reader.read(bytes)
    if (answer === undefined) return
    const settle = this.#settle
    this.#settle = undefined
    if (answer === 'malformed' || settle === undefined) {
      socket.destroy()
      settle?.reject(new ExchangeFailure('badResponse', 'The answer is not HTTP/1.1.'))
      return
    }
    if (answer.isLast) this.#forget(socket)
    settle.resolve(answer)
  }

  /** The next exchange has a connection of its own. */
  #forget(socket: Socket): void {
    this.#socket = undefined
    this.#reader = new AnswerReader()
    socket.removeAllListeners('close')
    socket.destroy()
  }

  #fail(failure: ExchangeFailure): void {
    this.#socket = undefined
    this.#reader = new AnswerReader()
    this.#settle?.reject(failure)
    this.#settle = undefined
  }
}

const certificateCodes = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_)/

function failureOf({ code = '', message }: NodeJS.ErrnoException): ExchangeFailure {
  if (certificateCodes.test(code)) return new ExchangeFailure('certificate', `The certificate is refused: ${code}.`)
  return new ExchangeFailure(code === 'ETIMEDOUT' ? 'timeout' : 'network', code === '' ? message : code)
}
