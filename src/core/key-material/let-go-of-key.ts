import { deleteAllOf, type LetGoOfKey } from '../letting-go.ts'
import { importTokens } from './import-token.ts'

/** Nothing can be imported into a deleted key. */
export const letGoOfImportTokens: LetGoOfKey = async (transaction, { keyId }) => {
  await deleteAllOf(transaction, importTokens, keyId)
}
