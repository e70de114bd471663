import { postgresAddress } from '../../store/engines/postgres-address.ts'

/** @returns the store's address without password or parameters, for logs and messages */
export function withoutPassword(store: string): string {
  if (!isPostgresUrl(store)) return store
  if (postgresAddress(store).servers.length === 0) return 'postgres://…'
  return store.replace(/^([^:]+:\/\/[^:@/?]*):[^@/?]*@/, '$1:***@').replace(/\?.*/, '')
}

export const isPostgresUrl = (store: string): boolean => /^postgres(ql)?:\/\//.test(store)
