import { argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import { CryptoFailure } from '../../crypto/failure.ts'
import { randomBytes } from '../../crypto/random.ts'
import { type Seal, unwrapUnder, wrapUnder } from './seal.ts'

/** Cost of one guess (RFC 9106 §3.1). */
export interface Argon2Cost {
  /** KiB */
  readonly memory: number
  readonly passes: number
}

/** About 0.25 s; SEC-02 allows no less. */
const defaultCost: Argon2Cost = { memory: 65_536, passes: 3 }

export const minPassphraseLength = 16
const saltBytes = 16
/** What is read from the store may ask for no more than this: 4 GiB, 100 passes. */
const greatestCost: Argon2Cost = { memory: 4 * 1024 * 1024, passes: 100 }

const argon2Async = promisify(argon2)

/**
 * Seals with a passphrase by Argon2id.
 *
 * @param passphrase - at least 16 characters
 * @param cost - of new wrappings; stored ones name theirs
 * @throws RangeError for a passphrase that is too short or a cost below the default
 */
export function passphraseSeal(passphrase: string, cost: Argon2Cost = defaultCost): Seal {
  if (passphrase.length < minPassphraseLength) {
    throw new RangeError(`A passphrase has at least ${minPassphraseLength} characters.`)
  }
  if (cost.memory < defaultCost.memory || cost.passes < defaultCost.passes) {
    throw new RangeError(`Argon2id takes at least ${defaultCost.memory} KiB and ${defaultCost.passes} passes.`)
  }
  return {
    name: 'passphrase',
    async wrap(rootKey, aad) {
      const salt = Buffer.from(randomBytes(saltBytes)).toString('base64')
      const parameters = { kdf: 'argon2id', salt, memory: cost.memory, passes: cost.passes, parallelism: 1 }
      return { parameters, ciphertext: wrapUnder(await stretch(passphrase, salt, cost), rootKey, aad) }
    },
    async unwrap({ parameters, ciphertext }, aad) {
      const { salt, memory, passes } = parameters
      const isPlausible =
        typeof salt === 'string' && isCost(memory, greatestCost.memory) && isCost(passes, greatestCost.passes)
      if (!isPlausible) throw new CryptoFailure()
      return unwrapUnder(await stretch(passphrase, salt, { memory, passes }), ciphertext, aad)
    },
  }
}

const isCost = (value: unknown, greatest: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= greatest

// Composed or decomposed, on whatever keyboard it is typed, the same passphrase is the same bytes.
async function stretch(passphrase: string, salt: string, { memory, passes }: Argon2Cost): Promise<Uint8Array> {
  const message = Buffer.from(passphrase.normalize('NFC'), 'utf8')
  try {
    const nonce = Buffer.from(salt, 'base64')
    return await argon2Async('argon2id', { message, nonce, memory, passes, parallelism: 1, tagLength: 32 })
  } finally {
    message.fill(0)
  }
}
