import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
  randomUUID,
  verify,
} from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { tlsOptions } from '../../server/http/listen.ts'
import type { Identity } from '../../server/tls/authority.ts'
import { instanceStringToSign } from '../../wire/instance-signature.ts'

/**
 * The least that a Node server does for the same answers: node:https, a digest of the body, an HMAC or the verification
 * of an RSA signature, AES-256-GCM of 32 bytes. It decodes, decides, looks up and records nothing. This is the limit that
 * Keyhaven is compared with.
 */
export interface BareSettings {
  readonly identity: Identity
  /** of the one who signs calls of the instance gateway: SPKI, PEM */
  readonly publicKey: string
}

const key = createSecretKey(randomBytes(32))
const secret = createSecretKey(randomBytes(32))

function listen({ identity, publicKey }: BareSettings): void {
  const signer = createPublicKey(publicKey)
  const server = createServer(tlsOptions(identity), (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const isForInstance = request.headers['x-kms-apiname'] !== undefined
      const answer = isForInstance ? instanceAnswer(request, body, signer) : publicAnswer(request, body)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      response.end(answer)
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
}

function publicAnswer({ method, headers }: IncomingMessage, body: Buffer): string {
  const canonical = `${method}\n/\n\n${Object.values(headers).join('\n')}\n${hash('sha256', body)}`
  createHmac('sha256', secret).update(hash('sha256', canonical)).digest('hex')
  switch (headers['x-acs-action']) {
    case 'Decrypt':
      return json({ Plaintext: open(blob).toString('latin1') })
    case 'GenerateDataKey': {
      const dataKey = randomBytes(32)
      return json({ Plaintext: dataKey.toString('base64'), CiphertextBlob: seal(dataKey).toString('base64') })
    }
    default:
      return json({ CiphertextBlob: seal(body.subarray(0, 32)).toString('base64') })
  }
}

function instanceAnswer({ method = '', headers }: IncomingMessage, body: Buffer, signer: KeyObject): Buffer {
  if (hash('sha256', body).toUpperCase() !== headers['content-sha256'])
    throw new Error('a digest of the benchmark is wrong')
  const signature = Buffer.from(headers.authorization?.slice('Bearer '.length) ?? '', 'base64')
  // of the headers that are signed none is repeated
  const text = instanceStringToSign(method, headers as unknown as Readonly<Record<string, string>>)
  const isGenuine = verify('sha256', Buffer.from(text), signer, signature)
  if (!isGenuine) throw new Error('a signature of the benchmark is wrong')
  return seal(body.subarray(-32))
}

const json = (members: Readonly<Record<string, string>>): string =>
  JSON.stringify({ ...members, KeyId: 'bare', RequestId: randomUUID() })

function seal(plaintext: Uint8Array): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function open(blob: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12))
  decipher.setAuthTag(blob.subarray(-16))
  const opened = decipher.update(blob.subarray(12, -16))
  decipher.final()
  return opened
}

const blob = seal(Buffer.alloc(32, '1'))

process.on('disconnect', () => process.exit())
process.on('message', listen)
