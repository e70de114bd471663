import { encodeBase64 } from '../../crypto/base64.ts'
import { composeBlob, missingVersion, splitBlob, withoutPrefix, withPrefix } from './ciphertext-blob.ts'
import { invalidKeySpec, invalidParameter } from './errors.ts'
import { aad, bytes, type Handler, type ResponseBody, type TransferCall, text } from './handler.ts'

/** The two generations of an instance's symmetric operations, each with the public gateway's ciphertexts. */
interface Generation {
  encrypt(call: TransferCall, plaintext: Uint8Array): Promise<Sealed>
  decrypt(call: TransferCall, blob: Uint8Array): Promise<Used & { readonly plaintext: Uint8Array }>
  dataKey(call: TransferCall, numberOfBytes: number): Promise<Used & { readonly plaintext: Uint8Array }>
}

interface Used {
  readonly keyId: string
  readonly keyVersionId: string
  readonly requestId: string
}

interface Sealed extends Used {
  readonly blob: Uint8Array
}

/** The primary version, and self-describing ciphertexts: those of the public gateway behind three bytes. */
const advance: Generation = {
  async encrypt(call, plaintext) {
    const request = { keyId: text(call, 'KeyId'), plaintext, aad: aad(call) }
    const answer = await call.instance.advanceEncrypt(request, call.options())
    return { ...answer, blob: withoutPrefix(answer.ciphertextBlob) }
  },
  decrypt(call, blob) {
    const { iv } = splitBlob(blob)
    return call.instance.advanceDecrypt({ ciphertextBlob: withPrefix(blob), iv, aad: aad(call) }, call.options())
  },
  dataKey: (call, numberOfBytes) =>
    call.instance.advanceGenerateDataKey({ keyId: text(call, 'KeyId'), numberOfBytes, aad: aad(call) }, call.options()),
}

/** The initial version, or the one that a ciphertext names; what describes a ciphertext travels beside it. */
const lowVersion: Generation = {
  async encrypt(call, plaintext) {
    const request = { keyId: text(call, 'KeyId'), plaintext, aad: aad(call) }
    const answer = await call.instance.encrypt(request, call.options())
    return { ...answer, blob: composeBlob({ ...answer, ciphertext: answer.ciphertextBlob }) }
  },
  async decrypt(call, blob) {
    const { keyVersionId, iv, ciphertext } = splitBlob(blob)
    const request = { ciphertextBlob: ciphertext, iv, aad: aad(call) }
    return withVersion(await call.instance.decrypt(request, { ...call.options(), keyVersionId }))
  },
  dataKey: (call, numberOfBytes) =>
    call.instance.generateDataKey({ keyId: text(call, 'KeyId'), numberOfBytes, aad: aad(call) }, call.options()),
}

const generation = (call: TransferCall): Generation => (call.isLowVersion ? lowVersion : advance)

/** @throws ClientError `badResponse`; official instances name the version in every answer */
export function withVersion<Answer extends { readonly keyVersionId: string }>(answer: Answer): Answer {
  if (answer.keyVersionId === '') throw missingVersion()
  return answer
}

export const encrypt: Handler = {
  parameters: ['KeyId', 'Plaintext', 'EncryptionContext'],
  async run(call) {
    const sealed = await generation(call).encrypt(call, call.encoding.encode(text(call, 'Plaintext')))
    return { ...used(sealed), CiphertextBlob: encodeBase64(sealed.blob) }
  },
}

export const decrypt: Handler = {
  parameters: ['CiphertextBlob', 'EncryptionContext'],
  async run(call) {
    const opened = await generation(call).decrypt(call, bytes(call, 'CiphertextBlob'))
    return { ...used(opened), Plaintext: call.encoding.decode(opened.plaintext) }
  },
}

const dataKeyParameters = ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext']

export const generateDataKey: Handler = {
  parameters: dataKeyParameters,
  async run(call) {
    const { body, plaintext } = await newDataKey(call)
    return { ...body, Plaintext: plaintext }
  },
}

export const generateDataKeyWithoutPlaintext: Handler = {
  parameters: dataKeyParameters,
  run: async (call) => (await newDataKey(call)).body,
}

/**
 * A data key of the public gateway is sealed as its Base64 text, one of the instance gateway as its bytes. So the
 * instance makes the bytes and then encrypts their text; its own ciphertext of the bytes is not used.
 */
async function newDataKey(call: TransferCall): Promise<{ body: ResponseBody; plaintext: string }> {
  const made = await generation(call).dataKey(call, dataKeyLength(call))
  const plaintext = encodeBase64(made.plaintext)
  made.plaintext.fill(0)
  const sealed = await generation(call).encrypt(call, Buffer.from(plaintext, 'latin1'))
  const { keyVersionId } = call.isLowVersion ? sealed : made
  return { body: { ...used({ ...made, keyVersionId }), CiphertextBlob: encodeBase64(sealed.blob) }, plaintext }
}

const keySpecBytes: ReadonlyMap<string, number> = new Map([
  ['', 32],
  ['AES_256', 32],
  ['AES_128', 16],
])

/** `NumberOfBytes` comes first; `KeySpec` is not looked at beside it. */
function dataKeyLength({ parameters }: TransferCall): number {
  const given = parameters.get('NumberOfBytes')
  if (given !== undefined) {
    if (!/^\d{1,4}$/.test(given)) throw invalidParameter('NumberOfBytes')
    return Number(given)
  }
  const length = keySpecBytes.get(parameters.get('KeySpec') ?? '')
  if (length === undefined) throw invalidKeySpec()
  return length
}

const used = ({ keyId, keyVersionId, requestId }: Used): ResponseBody => ({
  KeyId: keyId,
  KeyVersionId: keyVersionId,
  RequestId: requestId,
})
