import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { randomBytes } from '../../crypto/random.ts'
import type { Pkcs11SealSettings } from '../settings.ts'
import type { Handle } from './api.ts'
import { nameOf, type Session, withToken } from './token.ts'

const [keyBytes, ivBytes, tagBytes] = [32, 12, 16]
/** What a token says that cannot work now; anything else that Decrypt says means that it is another key. */
const isMomentary = /^CKR_(?:DEVICE|TOKEN|SESSION|HOST|USER|CRYPTOKI)_/

/**
 * Seals by an AES-256 key that never leaves its token (PKCS #11). It is made there when something is sealed under a name
 * that no key has yet. Root keys are few, so random nonces of AES-GCM do not repeat (NIST SP 800-38D §8.3).
 */
export function pkcs11Seal(settings: Pkcs11SealSettings): Seal {
  const { token, key } = settings
  return {
    name: 'pkcs11',
    wrap: (rootKey, aad) =>
      withToken(settings, (session) => {
        const handle = findKey(session, key) ?? makeKey(session, key)
        requireHeld(session, handle, settings)
        const iv = Buffer.from(randomBytes(ivBytes))
        session.module.C_EncryptInit(session.handle, gcm(session, iv, aad), handle)
        const output = Buffer.alloc(rootKey.length + tagBytes)
        const ciphertext = Uint8Array.from(session.module.C_Encrypt(session.handle, Buffer.from(rootKey), output))
        return { parameters: { token, key, iv: encodeBase64(iv) }, ciphertext }
      }),
    unwrap: ({ parameters, ciphertext }, aad) => {
      const iv = decodeBase64(String(parameters.iv))
      return withToken(settings, (session) => {
        const handle = findKey(session, key)
        if (handle === undefined) throw new UnsealFailure('wrong-secret', `The token ${token} has no AES key ${key}.`)
        if (iv?.length !== ivBytes || ciphertext.length !== keyBytes + tagBytes) throw new CryptoFailure()
        session.module.C_DecryptInit(session.handle, gcm(session, Buffer.from(iv), aad), handle)
        return decrypted(session, ciphertext)
      })
    },
  }
}

function gcm({ api }: Session, iv: Buffer, aad: Uint8Array) {
  const parameter = {
    type: api.CK_PARAMS_AES_GCM,
    iv,
    ivBits: 8 * ivBytes,
    aad: Buffer.from(aad),
    tagBits: 8 * tagBytes,
  }
  return { mechanism: api.CKM_AES_GCM, parameter }
}

/** @throws CryptoFailure; some tokens have no better word for a wrong tag than CKR_GENERAL_ERROR */
function decrypted({ module, handle }: Session, ciphertext: Uint8Array): Uint8Array {
  const output = Buffer.alloc(ciphertext.length)
  try {
    return Uint8Array.from(module.C_Decrypt(handle, Buffer.from(ciphertext), output))
  } catch (error) {
    throw isMomentary.test(nameOf(error) ?? '') ? error : new CryptoFailure()
  } finally {
    output.fill(0)
  }
}

/** Private ones only: others can be put there, and used, by whoever reaches the token without a PIN. */
function findKey({ api, module, handle }: Session, label: string): Handle | undefined {
  module.C_FindObjectsInit(handle, [
    { type: api.CKA_TOKEN, value: true },
    { type: api.CKA_PRIVATE, value: true },
    { type: api.CKA_CLASS, value: api.CKO_SECRET_KEY },
    { type: api.CKA_KEY_TYPE, value: api.CKK_AES },
    { type: api.CKA_LABEL, value: label },
  ])
  const [found, another] = module.C_FindObjects(handle, 2)
  module.C_FindObjectsFinal(handle)
  if (another !== undefined) throw new UnsealFailure('misconfigured', `The token has several AES keys ${label}.`)
  return found
}

const makeKey = ({ api, module, handle }: Session, label: string): Handle =>
  module.C_GenerateKey(handle, { mechanism: api.CKM_AES_KEY_GEN }, [
    { type: api.CKA_CLASS, value: api.CKO_SECRET_KEY },
    { type: api.CKA_KEY_TYPE, value: api.CKK_AES },
    { type: api.CKA_LABEL, value: label },
    { type: api.CKA_VALUE_LEN, value: keyBytes },
    { type: api.CKA_TOKEN, value: true },
    { type: api.CKA_PRIVATE, value: true },
    { type: api.CKA_SENSITIVE, value: true },
    { type: api.CKA_EXTRACTABLE, value: false },
    { type: api.CKA_ENCRYPT, value: true },
    { type: api.CKA_DECRYPT, value: true },
  ])

/** A key that the token gives out is worth no more than a file. */
function requireHeld({ api, module, handle }: Session, key: Handle, settings: Pkcs11SealSettings): void {
  const [sensitive, extractable] = module
    .C_GetAttributeValue(handle, key, [{ type: api.CKA_SENSITIVE }, { type: api.CKA_EXTRACTABLE }])
    .map(({ value }) => value[0] === 1)
  if (sensitive && !extractable) return
  throw new UnsealFailure('misconfigured', `The key ${settings.key} can be taken out of the token ${settings.token}.`)
}
