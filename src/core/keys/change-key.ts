import type { Call } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import { type FindKeyOptions, findKey } from './find-key.ts'
import { type Key, keys } from './key.ts'

/**
 * Finds and authorises a key and replaces its body, all against one state of the store: permission and the rules of
 * `decide` hold for the very revision that is changed.
 *
 * @param decide - returns the new body, or the old one when there is nothing to do; may be run again
 * @throws KmsError as `findKey` and `decide`
 */
export function changeKey(
  call: Call,
  keyId: string,
  options: FindKeyOptions,
  decide: (key: Stored<Key>, transaction: Transaction) => Key | Promise<Key>,
): Promise<Stored<Key>> {
  return call.kms.records.transaction(async (transaction) => {
    const key = await findKey(call, keyId, { ...options, reader: transaction })
    const body = await decide(key, transaction)
    return body === key.body ? key : transaction.update(keys, key, body)
  })
}
