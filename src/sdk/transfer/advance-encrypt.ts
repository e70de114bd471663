import { encodeBase64 } from '../../crypto/base64.ts'
import { bytes, type Handler, type TransferCall, text } from './handler.ts'

const optionalBytes = (call: TransferCall, name: string): Uint8Array | undefined =>
  call.parameters.has(name) ? bytes(call, name) : undefined

/** The same operation on both gateways; only its writing differs. */
export const advanceEncrypt: Handler = {
  parameters: ['KeyId', 'Plaintext', 'Algorithm', 'Aad', 'Iv', 'PaddingMode'],
  async run(call) {
    const request = {
      keyId: text(call, 'KeyId'),
      plaintext: bytes(call, 'Plaintext'),
      algorithm: call.parameters.get('Algorithm'),
      aad: optionalBytes(call, 'Aad'),
      iv: optionalBytes(call, 'Iv'),
      paddingMode: call.parameters.get('PaddingMode'),
    }
    const answer = await call.instance.advanceEncrypt(request, call.options())
    return {
      KeyId: answer.keyId,
      KeyVersionId: answer.keyVersionId,
      CiphertextBlob: encodeBase64(answer.ciphertextBlob),
      Algorithm: answer.algorithm,
      Iv: encodeBase64(answer.iv),
      PaddingMode: answer.paddingMode,
      RequestId: answer.requestId,
    }
  },
}
