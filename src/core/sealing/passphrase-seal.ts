import { decodeBase64 } from '../../crypto/base64.ts'
import { randomBytes } from '../../crypto/random.ts'
import { argon2id } from './argon2.ts'
import { type Seal, UnsealFailure, unwrapUnder, wrapUnder } from './seal.ts'

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
/**
 * Nothing in the store is authentic before the passphrase is stretched, so whoever can write there could ask for any
 * work. This much, 256 MiB for some seconds, a start can bear.
 */
const greatestCost: Argon2Cost = { memory: 262_144, passes: 12 }

/**
 * Seals with a passphrase by Argon2id.
 *
 * @param passphrase - at least 16 characters
 * @param cost - of new wrappings; stored ones name theirs
 * @throws RangeError for a passphrase that is too short, or a cost below the default or above what will be read
 */
export function passphraseSeal(passphrase: string, cost: Argon2Cost = defaultCost): Seal {
  if (passphrase.length < minPassphraseLength) {
    throw new RangeError(`A passphrase has at least ${minPassphraseLength} characters.`)
  }
  if (!isWithin('memory', cost.memory) || !isWithin('passes', cost.passes)) {
    const [from, to] = [defaultCost, greatestCost]
    throw new RangeError(`Argon2id takes ${from.memory} to ${to.memory} KiB and ${from.passes} to ${to.passes} passes.`)
  }
  return {
    name: 'passphrase',
    async wrap(rootKey, aad) {
      const salt = Buffer.from(randomBytes(saltBytes)).toString('base64')
      const parameters = { kdf: 'argon2id', salt, memory: cost.memory, passes: cost.passes, parallelism: 1 }
      return { parameters, ciphertext: wrapUnder(await stretch(passphrase, salt, cost), rootKey, aad) }
    },
    async unwrap({ parameters, ciphertext }, aad) {
      const { kdf, salt, parallelism, memory, passes } = parameters
      const isOurs = kdf === 'argon2id' && parallelism === 1 && isSalt(salt)
      if (!isOurs || !isWithin('memory', memory) || !isWithin('passes', passes)) throw implausible()
      return unwrapUnder(await stretch(passphrase, salt, { memory, passes }), ciphertext, aad)
    },
  }
}

const isSalt = (value: unknown): value is string =>
  typeof value === 'string' && decodeBase64(value)?.length === saltBytes

const isWithin = (name: keyof Argon2Cost, value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= defaultCost[name] && Number(value) <= greatestCost[name]

const implausible = (): UnsealFailure =>
  new UnsealFailure(
    'corrupt',
    'The deployment record asks for another work on the passphrase than any release does: somebody altered it. Restore it from a backup.',
  )

// Composed or decomposed, on whatever keyboard it is typed, the same passphrase is the same bytes.
async function stretch(passphrase: string, salt: string, { memory, passes }: Argon2Cost): Promise<Uint8Array> {
  const message = Buffer.from(passphrase.normalize('NFC'), 'utf8')
  try {
    const nonce = Buffer.from(salt, 'base64')
    return await argon2id({ message, nonce, memory, passes })
  } finally {
    message.fill(0)
  }
}
