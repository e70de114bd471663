import type { Config } from './schema.ts'

/** The configuration as it may be shown: a password in the store's URL is left out. */
export function inspectableConfig(config: Config): Record<string, unknown> {
  return { ...config, ...(config.store === undefined ? {} : { store: withoutPassword(config.store) }) }
}

/** @returns the store's address without password or parameters, for logs and messages */
export function withoutPassword(store: string): string {
  if (!isPostgresUrl(store)) return store
  try {
    const url = new URL(store)
    url.password = url.password === '' ? '' : '***'
    url.search = ''
    return url.href
  } catch {
    return 'postgres://…'
  }
}

export const isPostgresUrl = (store: string): boolean => /^postgres(ql)?:\/\//.test(store)
