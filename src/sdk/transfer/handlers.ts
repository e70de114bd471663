import type { InstanceAction } from './actions.ts'
import { advanceEncrypt } from './advance-encrypt.ts'
import * as asymmetric from './asymmetric.ts'
import type { Handler } from './handler.ts'
import { getSecretValue } from './secret.ts'
import * as symmetric from './symmetric.ts'

const byAction: Readonly<Record<InstanceAction, Handler>> = {
  Encrypt: symmetric.encrypt,
  Decrypt: symmetric.decrypt,
  GenerateDataKey: symmetric.generateDataKey,
  GenerateDataKeyWithoutPlaintext: symmetric.generateDataKeyWithoutPlaintext,
  AsymmetricEncrypt: asymmetric.asymmetricEncrypt,
  AsymmetricDecrypt: asymmetric.asymmetricDecrypt,
  AsymmetricSign: asymmetric.asymmetricSign,
  AsymmetricVerify: asymmetric.asymmetricVerify,
  GetPublicKey: asymmetric.getPublicKey,
  GetSecretValue: getSecretValue,
  AdvanceEncrypt: advanceEncrypt,
}

/** How each action is carried out by operations of an instance gateway. */
export const handlers: ReadonlyMap<string, Handler> = new Map(Object.entries(byAction))
