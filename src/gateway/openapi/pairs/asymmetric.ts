import * as api from '../../../api/asymmetric.ts'
import { asymmetricDecrypt } from '../../../core/asymmetric/asymmetric-decrypt.ts'
import { asymmetricEncrypt } from '../../../core/asymmetric/asymmetric-encrypt.ts'
import { asymmetricSign } from '../../../core/asymmetric/asymmetric-sign.ts'
import { asymmetricVerify } from '../../../core/asymmetric/asymmetric-verify.ts'
import { getPublicKey } from '../../../core/asymmetric/get-public-key.ts'
import { on } from '../pair.ts'

export const asymmetricPairs = [
  on(api.AsymmetricEncrypt, asymmetricEncrypt),
  on(api.AsymmetricDecrypt, asymmetricDecrypt),
  on(api.AsymmetricSign, asymmetricSign),
  on(api.AsymmetricVerify, asymmetricVerify),
  on(api.GetPublicKey, getPublicKey),
]
