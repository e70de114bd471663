import type { Kms } from '../core/kms.ts'
import { type RootKey, rootKeyOf } from '../core/sealing/root-key.ts'
import type { Store } from '../core/store.ts'
import { randomBytes } from '../crypto/random.ts'
import { configSchema } from '../server/config/schema.ts'
import { openCore } from '../server/core.ts'

export const accountId = '1000000000000001'
export const newRootKey = (): RootKey => rootKeyOf(randomBytes(32), 'bench')

/** An unsealed Kms over a store, whose clock stands still. */
export function openKms(store: Store, rootKey = newRootKey()): Kms {
  const now = new Date()
  const { kms, keyring } = openCore({
    store,
    config: configSchema.parse({}),
    accountId,
    now: () => now,
    onTampering: (kind, id) => {
      throw new Error(`${kind} ${id} was altered`)
    },
  })
  keyring.unseal({ rootKey })
  return kms
}
