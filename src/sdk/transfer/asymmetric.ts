import { encodeBase64 } from '../../crypto/base64.ts'
import type { InstanceCallOptions } from '../instance-connection.ts'
import { bytes, type Handler, type ResponseBody, type TransferCall, text } from './handler.ts'
import { withVersion } from './symmetric.ts'

/** The version that the call asks for; without one the instance takes the initial one. */
const pinned = (call: TransferCall): InstanceCallOptions => {
  const keyVersionId = call.parameters.get('KeyVersionId')
  return keyVersionId ? { ...call.options(), keyVersionId } : call.options()
}

interface Answer {
  readonly keyId: string
  readonly keyVersionId: string
  readonly requestId: string
}

function used(answer: Answer): ResponseBody {
  const { keyId, keyVersionId, requestId } = withVersion(answer)
  return { KeyId: keyId, KeyVersionId: keyVersionId, RequestId: requestId }
}

export const asymmetricEncrypt: Handler = {
  parameters: ['KeyId', 'KeyVersionId', 'Algorithm', 'Plaintext'],
  async run(call) {
    const request = {
      keyId: text(call, 'KeyId'),
      plaintext: bytes(call, 'Plaintext'),
      algorithm: text(call, 'Algorithm'),
    }
    const answer = await call.instance.encrypt(request, pinned(call))
    return { ...used(answer), CiphertextBlob: encodeBase64(answer.ciphertextBlob) }
  },
}

export const asymmetricDecrypt: Handler = {
  parameters: ['KeyId', 'KeyVersionId', 'Algorithm', 'CiphertextBlob'],
  async run(call) {
    const ciphertextBlob = bytes(call, 'CiphertextBlob')
    const request = { keyId: text(call, 'KeyId'), ciphertextBlob, algorithm: text(call, 'Algorithm') }
    const answer = await call.instance.decrypt(request, pinned(call))
    return { ...used(answer), Plaintext: encodeBase64(answer.plaintext) }
  },
}

/** The public gateway takes digests only. */
const digest = (call: TransferCall) => ({
  keyId: text(call, 'KeyId'),
  algorithm: text(call, 'Algorithm'),
  message: bytes(call, 'Digest'),
  messageType: 'DIGEST',
})

export const asymmetricSign: Handler = {
  parameters: ['KeyId', 'KeyVersionId', 'Algorithm', 'Digest'],
  async run(call) {
    const answer = await call.instance.sign(digest(call), pinned(call))
    return { ...used(answer), Value: encodeBase64(answer.signature) }
  },
}

export const asymmetricVerify: Handler = {
  parameters: ['KeyId', 'KeyVersionId', 'Algorithm', 'Digest', 'Value'],
  async run(call) {
    const answer = await call.instance.verify({ ...digest(call), signature: bytes(call, 'Value') }, pinned(call))
    return { ...used(answer), Value: answer.value }
  },
}

export const getPublicKey: Handler = {
  parameters: ['KeyId', 'KeyVersionId'],
  async run(call) {
    const answer = await call.instance.getPublicKey({ keyId: text(call, 'KeyId') }, pinned(call))
    return { ...used(answer), PublicKey: answer.publicKey }
  },
}
