import type { IncomingMessage } from 'node:http'
import { type MemoryKms, MemoryKmsError } from './envelope-kms.ts'
import { behaving, type LoopbackServer } from './loopback-server.ts'

type Parameters = Readonly<Record<string, string | undefined>>

/** Serves a MemoryKms to real clients, as the public gateway would answer them. Signatures are not looked at. */
export function serving(kms: MemoryKms): Promise<LoopbackServer> {
  return behaving((request, response) => {
    void parametersOf(request)
      .then((parameters) => answer(kms, parameters))
      .then(
        (body) => response.writeHead(200, json).end(JSON.stringify({ ...body, RequestId: 'test' })),
        (error: unknown) => {
          const code = error instanceof MemoryKmsError ? error.code : 'InternalFailure'
          const body = { Code: code, Message: String((error as Error).message), RequestId: 'test', HostId: 'test' }
          response.writeHead(400, json).end(JSON.stringify(body))
        },
      )
  })
}

const json = { 'content-type': 'application/json;charset=utf-8' }

async function parametersOf(request: IncomingMessage): Promise<Parameters> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams
  const form = new URLSearchParams(Buffer.concat(parts).toString())
  return {
    ...Object.fromEntries(query),
    ...Object.fromEntries(form),
    Header: String(request.headers['x-acs-action'] ?? ''),
  }
}

async function answer(kms: MemoryKms, { Action, Header, ...parameters }: Parameters): Promise<Record<string, unknown>> {
  const { KeyId = '', Plaintext = '', CiphertextBlob = '', EncryptionContext, NumberOfBytes = '32' } = parameters
  const context = EncryptionContext === undefined ? {} : { encryptionContext: JSON.parse(EncryptionContext) }
  const ciphertextBlob = Buffer.from(CiphertextBlob, 'base64')
  switch (Action ?? Header) {
    case 'GenerateDataKey':
      return wire(await kms.generateDataKey({ keyId: KeyId, numberOfBytes: Number(NumberOfBytes), ...context }))
    case 'Encrypt':
      return wire(await kms.encrypt({ keyId: KeyId, plaintext: Plaintext, ...context }))
    case 'Decrypt':
      return wire(await kms.decrypt({ ciphertextBlob, ...context }))
    case 'DescribeKey':
      return { KeyMetadata: wire((await kms.describeKey({ keyId: KeyId })).keyMetadata) }
    case 'ReEncrypt': {
      const source = JSON.parse(parameters.SourceEncryptionContext ?? '{}')
      const target = JSON.parse(parameters.DestinationEncryptionContext ?? '{}')
      const { plaintext } = await kms.decrypt({ ciphertextBlob, encryptionContext: source })
      const keyId = parameters.DestinationKeyId ?? ''
      return wire(await kms.encrypt({ keyId, plaintext, encryptionContext: target }))
    }
    default:
      throw new MemoryKmsError('InvalidAction.NotFound', `${Action ?? Header} is not served`)
  }
}

/** PascalCase names and Base64 for bytes. */
function wire(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ]),
  )
}
