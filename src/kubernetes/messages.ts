import type { Message, MessageField } from '../api/instance.ts'

const text = (number: number): MessageField<'string'> => ({ number, type: 'string' })
const bytes = (number: number): MessageField<'bytes'> => ({ number, type: 'bytes' })

/*
 * The messages of Kubernetes KMS v2 with their field numbers.
 * @see k8s.io/kms/apis/v2/api.proto
 */

export const StatusRequest = {} as const satisfies Message
export const StatusResponse = { Version: text(1), Healthz: text(2), KeyId: text(3) } as const satisfies Message

export const EncryptRequest = { Plaintext: bytes(1), Uid: text(2) } as const satisfies Message
export const EncryptResponse = { Ciphertext: bytes(1), KeyId: text(2) } as const satisfies Message

/** Annotations are a map: each pair is a message of its own, of which only matters here whether there is any. */
export const DecryptRequest = {
  Ciphertext: bytes(1),
  Uid: text(2),
  KeyId: text(3),
  Annotations: bytes(4),
} as const satisfies Message
export const DecryptResponse = { Plaintext: bytes(1) } as const satisfies Message
