import { type BlockKey, decryptBlocks, encryptBlocks, openGcm, sealGcm } from '../../crypto/block-cipher.ts'
import { deriveModeKey, type KeyMode } from '../../crypto/mode-key.ts'
import { openSiv, sealSiv } from '../../crypto/siv.ts'
import type { BlockScheme } from './block-scheme.ts'

/** One way of encrypting, with its key. */
export interface ModeCipher {
  /** @throws RangeError when the plaintext's length does not fit */
  seal(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array | undefined): Uint8Array
  /** @throws CryptoFailure for every reason it does not open */
  open(iv: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array | undefined): Uint8Array
}

/**
 * A mode under the key that is derived for it. GCM under a caller's IV is computed as SIV: as long, and an IV used twice
 * gives nothing away. No other program has the key, so nobody can tell but by this code.
 */
export function derivedCipher(material: BlockKey, mode: KeyMode, scheme: BlockScheme): ModeCipher {
  if (mode === 'GCM_GIVEN_IV') return siv(material)
  return rawCipher(keyFor(material, mode), scheme)
}

/** A mode under the material itself. */
export function rawCipher(key: BlockKey, { algorithm, padding = 'PKCS7_PADDING' }: BlockScheme): ModeCipher {
  const { mode } = algorithm
  if (mode === 'gcm') {
    return {
      seal: (iv, plaintext, aad) => sealGcm(key, iv, plaintext, aad),
      open: (iv, ciphertext, aad) => openGcm(key, iv, ciphertext, aad),
    }
  }
  return {
    seal: (iv, plaintext) => encryptBlocks(key, { mode, iv, padding }, plaintext),
    open: (iv, ciphertext) => decryptBlocks(key, { mode, iv, padding }, ciphertext),
  }
}

function siv(material: BlockKey): ModeCipher {
  const key = {
    mac: keyFor(material, 'GCM_GIVEN_IV mac'),
    encryption: keyFor(material, 'GCM_GIVEN_IV encryption'),
  }
  return {
    seal: (iv, plaintext, aad) => sealSiv(key, [aad ?? none, iv], plaintext),
    open: (iv, ciphertext, aad) => openSiv(key, [aad ?? none, iv], ciphertext),
  }
}

const none = new Uint8Array(0)

/** Derived keys live as long as the opened material that they are from. */
const derived = new WeakMap<BlockKey, Map<string, BlockKey>>()

const keyFor = (material: BlockKey, purpose: string): BlockKey =>
  derived
    .getOrInsertComputed(material, () => new Map())
    .getOrInsertComputed(purpose, () => deriveModeKey(material, purpose))
