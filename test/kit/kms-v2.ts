import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import protobuf from 'protobufjs'

/** As the API server has it. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  package v2;
  message StatusRequest {}
  message StatusResponse { string version = 1; string healthz = 2; string key_id = 3; }
  message DecryptRequest { bytes ciphertext = 1; string uid = 2; string key_id = 3; map<string, bytes> annotations = 4; }
  message DecryptResponse { bytes plaintext = 1; }
  message EncryptRequest { bytes plaintext = 1; string uid = 2; }
  message EncryptResponse { bytes ciphertext = 1; string key_id = 2; map<string, bytes> annotations = 3; }
`)

export interface Status {
  readonly version: string
  readonly healthz: string
  readonly keyId: string
}

export interface Encrypted {
  readonly ciphertext: Uint8Array
  readonly keyId: string
  readonly annotations?: Readonly<Record<string, Uint8Array>>
}

/** Calls a KMS v2 plugin at a Unix socket as an API server does, and waits for as long as it takes unless told otherwise. */
export class KmsV2Client implements Disposable {
  readonly #client: Client

  constructor(socket: string) {
    this.#client = new Client(`unix:${socket}`, credentials.createInsecure())
  }

  status(): Promise<Status> {
    return this.#call<Status>('Status', {})
  }

  encrypt(plaintext: Uint8Array, timeoutMs?: number): Promise<Encrypted> {
    return this.#call<Encrypted>('Encrypt', { plaintext, uid: 'test' }, timeoutMs)
  }

  async decrypt(encrypted: Encrypted, timeoutMs?: number): Promise<Buffer> {
    const { plaintext } = await this.#call<{ plaintext: Uint8Array }>(
      'Decrypt',
      { ...encrypted, uid: 'test' },
      timeoutMs,
    )
    return Buffer.from(plaintext)
  }

  /** @throws ServiceError of gRPC */
  send(method: string, message: Uint8Array, timeoutMs = 60_000): Promise<Buffer> {
    const same = (bytes: Buffer): Buffer => bytes
    return new Promise((resolve, reject) => {
      const path = `/v2.KeyManagementService/${method}`
      const options = { deadline: Date.now() + timeoutMs }
      this.#client.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        options,
        (error: ServiceError | null, answer) => (error ? reject(error) : resolve(answer ?? Buffer.alloc(0))),
      )
    })
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }

  async #call<Answer>(method: string, request: object, timeoutMs?: number): Promise<Answer> {
    const [asked, answered] = ['Request', 'Response'].map((kind) => root.lookupType(`v2.${method}${kind}`))
    if (asked === undefined || answered === undefined) throw new TypeError(method)
    const answer = await this.send(method, asked.encode(asked.create(request)).finish(), timeoutMs)
    return answered.toObject(answered.decode(answer), { defaults: true, bytes: Uint8Array }) as Answer
  }
}
