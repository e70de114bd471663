import { postgresAddress } from '../../store/engines/postgres-address.ts'

/** @returns the store's address without password or parameters, for logs and messages */
export const withoutPassword = (store: string): string =>
  isPostgresUrl(store) ? postgresAddress(store).withoutPassword : store

export const isPostgresUrl = (store: string): boolean => /^postgres(ql)?:\/\//.test(store)

export const isReadablePostgresUrl = (store: string): boolean => postgresAddress(store).servers.length > 0
