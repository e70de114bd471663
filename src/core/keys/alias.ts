import { recordKind } from '../records.ts'

/** An alias. Record id = `<account>/<alias name>`, the name being `alias/…`. */
export interface Alias {
  readonly accountId: string
  readonly aliasName: string
  readonly keyId: string
}

export const aliases = recordKind<Alias>({
  name: 'alias',
  indexes: (alias) => [
    ['account', alias.accountId],
    ['key', alias.keyId],
    ['AliasName', alias.aliasName],
  ],
})

export const aliasId = (accountId: string, aliasName: string): string => `${accountId}/${aliasName}`
