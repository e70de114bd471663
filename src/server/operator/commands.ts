import type { Seal } from '../../core/sealing/seal.ts'
import { sealFromOperator } from '../root-secret.ts'
import type { Service } from '../service.ts'
import type { OperatorCommands } from './socket.ts'

/** What an operator on this machine can do to a running server. */
export function operatorCommands(service: Service): OperatorCommands {
  return {
    status: () => service.status(),
    async unseal({ secret }) {
      const seal = (kind: string, own: Seal | undefined): Seal =>
        secret === undefined && own ? own : sealFromOperator(kind, secret ?? '')
      if (service.isSealed) await service.unseal(seal)
      return service.status()
    },
    async reseal({ kind = service.deployment.seal, secret = '', newKind = '', newSecret = '' }) {
      await service.reseal(sealFromOperator(kind, secret), sealFromOperator(newKind, newSecret))
      return service.status()
    },
    async 'rotate-root-key'({ kind = service.deployment.seal, secret = '' }, tell) {
      const outcome = await service.rotateRootKey(sealFromOperator(kind, secret), tell)
      return { ...outcome, ...service.status() }
    },
    async seal() {
      await service.seal()
      return service.status()
    },
    async 'trust-clock'() {
      await service.trustClock()
      return service.status()
    },
    async 'export-seed'() {
      if (service.deployment.mode !== 'development') throw new Error('only development mode shows what it keeps')
      const { exportSeedFile } = await import('../seed/export.ts')
      return { seed: await exportSeedFile(service.kms) }
    },
    async reload() {
      await service.reload()
      return service.status()
    },
  }
}
