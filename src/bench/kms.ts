import type { Kms } from '../core/kms.ts'
import { rootKeyOf } from '../core/sealing/root-key.ts'
import type { Store } from '../core/store.ts'
import { randomBytes } from '../crypto/random.ts'
import { configSchema } from '../server/config/schema.ts'
import { openCore } from '../server/core.ts'

/** An unsealed Kms over a store, whose clock stands still. */
export function openKms(store: Store): Kms {
  const now = new Date()
  const { kms, keyring } = openCore({
    store,
    config: configSchema.parse({}),
    accountId: '1000000000000001',
    now: () => now,
    onTampering: (kind, id) => {
      throw new Error(`${kind} ${id} was altered`)
    },
  })
  keyring.unseal({ rootKey: rootKeyOf(randomBytes(32), 'bench') })
  return kms
}
