import { randomBytes } from 'node:crypto'
import { rootKeyVault, type Vault } from '../../src/server/tls/vault.ts'

/** A vault of a deployment of its own, with a switch. */
export function testVault(): Vault & { close(): void; reopen(): void } {
  const secret = randomBytes(32)
  const sealing = { isSealed: false, derive: () => Uint8Array.from(secret) }
  const vault = rootKeyVault(sealing)
  return Object.assign(Object.create(vault), {
    close: () => {
      sealing.isSealed = true
    },
    reopen: () => {
      sealing.isSealed = false
    },
  })
}
