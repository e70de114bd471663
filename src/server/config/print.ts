import type { Config } from './schema.ts'
import { withoutPassword } from './store-address.ts'

/** The configuration as it may be shown: a password in the store's URL is left out. */
export function inspectableConfig(config: Config): Record<string, unknown> {
  return { ...config, ...(config.store === undefined ? {} : { store: withoutPassword(config.store) }) }
}
