import { aliases } from '../keys/alias.ts'
import { deleteAllOf, type LetGoOfKey } from '../letting-go.ts'

/** The names of a deleted key are free again. */
export const letGoOfAliases: LetGoOfKey = async (transaction, { keyId }) => {
  await deleteAllOf(transaction, aliases, keyId)
}
