/** One HTTP request as gateways see it: a plain record, so that a test needs no socket. */
export interface HttpRequest {
  /** upper case */
  readonly method: string
  /** path and query as they arrived, undecoded */
  readonly target: string
  /** names in lower case; a repeated header has several values */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Uint8Array
  readonly sourceAddress: string
  readonly secureTransport: boolean
  /** what the client has shown to connect, if anything; verified, and valid now */
  readonly clientCertificate?: ClientCertificate | undefined
}

/** The certificate of a client. It never stands for a signature: it says whose signatures are taken. */
export interface ClientCertificate {
  /** SHA-256, 64 hexadecimal digits */
  readonly fingerprint: string
  /** as whom its holder may call, in the words of `principalName`, or `*`; anybody unless given */
  readonly principals?: readonly string[] | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
  /** the connection is reset when so many bytes of the body have left, 0: before anything has; for tests of clients */
  readonly cutAfterBytes?: number | undefined
}

/** What a request tells of its caller, whoever that turns out to be. */
export const peerFacts = ({ sourceAddress, secureTransport, clientCertificate }: HttpRequest) => ({
  sourceAddress,
  secureTransport,
  clientCertificate: clientCertificate?.fingerprint,
})

/** The single value of a header, or `undefined` when it is absent or repeated. */
export function header(request: HttpRequest, name: string): string | undefined {
  const values = request.headers.get(name)
  return values?.length === 1 ? values[0] : undefined
}
