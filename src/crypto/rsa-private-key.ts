import * as crypto from 'node:crypto'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'

/** Private operations that are worth having under way at once: one for each processor; a few threads of the pool stay free. */
export const rsaOperationsAtOnce = Math.min(12, Math.max(4, availableParallelism()))

interface Lane {
  readonly key: KeyObject
  running: number
}

/**
 * An RSA private key that several threads of Node's pool can use at once.
 *
 * Node holds a lock per KeyObject during a raw private operation, so one object would keep all but one thread idle
 * (RSA-2048 on 2 cores: 3,100/s with one object, 5,900/s with two). Copies are made when the load first asks for them.
 */
export class RsaPrivateKey {
  readonly publicKey: KeyObject
  readonly keyObject: KeyObject
  readonly #lanes: Lane[]

  constructor(key: KeyObject) {
    if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa') throw new TypeError('Not an RSA private key')
    this.keyObject = key
    this.publicKey = createPublicKey(key)
    this.#lanes = [{ key, running: 0 }]
  }

  /**
   * m = c^d mod n (RFC 8017 §5.1.2) on a thread of the pool, blinded by OpenSSL.
   *
   * @param input - exactly as long as the modulus and numerically below it
   * @returns as many bytes as the modulus has
   */
  apply(input: Uint8Array): Promise<Uint8Array> {
    return this.use((key) => rawPrivateOperation(key, input))
  }

  /** Runs an asynchronous operation with the copy of the key that has least to do. */
  async use<Result>(work: (key: KeyObject) => Promise<Result>): Promise<Result> {
    const lane = this.#leastBusyLane()
    lane.running++
    try {
      return await work(lane.key)
    } finally {
      lane.running--
    }
  }

  #leastBusyLane(): Lane {
    const best = this.#lanes.reduce((least, lane) => (lane.running < least.running ? lane : least))
    if (best.running === 0 || this.#lanes.length === rsaOperationsAtOnce) return best
    const added = { key: copyKey(this.keyObject), running: 0 }
    this.#lanes.push(added)
    return added
  }
}

/**
 * RSASVE recovery (NIST SP 800-56B §7.2.1.3) is the bare private operation, and the only one Node offers asynchronously:
 * `privateEncrypt` and `privateDecrypt` are synchronous, `sign` hashes what it is given.
 */
async function rawPrivateOperation(key: KeyObject, input: Uint8Array): Promise<Uint8Array> {
  // Node before 24.7, on which only the SDK runs
  if (crypto.decapsulate === undefined)
    return crypto.privateDecrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, input)
  return new Promise((resolve, reject) => {
    crypto.decapsulate(key, input, (error, output) => (error ? reject(error) : resolve(output)))
  })
}

function copyKey(key: KeyObject): KeyObject {
  const encoded = key.export({ format: 'der', type: 'pkcs8' })
  try {
    return createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  } finally {
    encoded.fill(0)
  }
}
