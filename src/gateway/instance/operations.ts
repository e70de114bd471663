import type { InstanceOperation, Message, MessageValues } from '../../api/instance.ts'
import * as api from '../../api/instance.ts'
import { instanceAdvanceDecrypt } from '../../core/instance-cryptography/advance-decrypt.ts'
import { instanceAdvanceEncrypt } from '../../core/instance-cryptography/advance-encrypt.ts'
import { instanceDecrypt } from '../../core/instance-cryptography/decrypt.ts'
import { instanceEncrypt } from '../../core/instance-cryptography/encrypt.ts'
import {
  instanceAdvanceGenerateDataKey,
  instanceGenerateDataKey,
} from '../../core/instance-cryptography/generate-data-key.ts'
import {
  instanceAdvanceGenerateDataKeyPair,
  instanceAdvanceGenerateDataKeyPairWithoutPlaintext,
  instanceGenerateDataKeyPair,
  instanceGenerateDataKeyPairWithoutPlaintext,
} from '../../core/instance-cryptography/generate-data-key-pair.ts'
import { instanceGetPublicKey } from '../../core/instance-cryptography/get-public-key.ts'
import type { InstanceAnswer, InstanceCall } from '../../core/instance-cryptography/instance-call.ts'
import {
  instanceGenerateRandom,
  instanceHash,
  instanceHmac,
  instanceKmsDecrypt,
  instanceKmsEncrypt,
} from '../../core/instance-cryptography/primitives.ts'
import { instanceSign, instanceVerify } from '../../core/instance-cryptography/sign.ts'
import { instanceGetSecretValue } from '../../core/secrets/instance-get-secret-value.ts'

export type Answer = InstanceAnswer<Message>

export interface Pairing {
  readonly operation: InstanceOperation
  readonly behaviour: (call: InstanceCall, input: MessageValues<Message>) => Promise<Answer>
}

type Behaviour<Request extends Message, Response extends Message> = (
  call: InstanceCall,
  input: MessageValues<Request>,
) => Promise<InstanceAnswer<Response>>

/** Pairs a contract with its behaviour; the types refuse a wrong pair. */
function on<Request extends Message, Response extends Message>(
  operation: InstanceOperation<Request, Response>,
  behaviour: Behaviour<Request, Response>,
): Pairing {
  // The gateway decodes by the same contract, so the values have the shape that the behaviour takes.
  return { operation, behaviour: behaviour as unknown as Pairing['behaviour'] }
}

/** What the gateway serves, by `x-kms-apiname`. */
export const pairings: ReadonlyMap<string, Pairing> = new Map(
  [
    on(api.Encrypt, instanceEncrypt),
    on(api.Decrypt, instanceDecrypt),
    on(api.AdvanceEncrypt, instanceAdvanceEncrypt),
    on(api.AdvanceDecrypt, instanceAdvanceDecrypt),
    on(api.Sign, instanceSign),
    on(api.Verify, instanceVerify),
    on(api.GenerateRandom, instanceGenerateRandom),
    on(api.GenerateDataKey, instanceGenerateDataKey),
    on(api.AdvanceGenerateDataKey, instanceAdvanceGenerateDataKey),
    on(api.GenerateDataKeyPair, instanceGenerateDataKeyPair),
    on(api.GenerateDataKeyPairWithoutPlaintext, instanceGenerateDataKeyPairWithoutPlaintext),
    on(api.AdvanceGenerateDataKeyPair, instanceAdvanceGenerateDataKeyPair),
    on(api.AdvanceGenerateDataKeyPairWithoutPlaintext, instanceAdvanceGenerateDataKeyPairWithoutPlaintext),
    on(api.GetPublicKey, instanceGetPublicKey),
    on(api.GetSecretValue, instanceGetSecretValue),
    on(api.Hmac, instanceHmac),
    on(api.Hash, instanceHash),
    on(api.KmsEncrypt, instanceKmsEncrypt),
    on(api.KmsDecrypt, instanceKmsDecrypt),
  ].map((pairing) => [pairing.operation.name, pairing]),
)
