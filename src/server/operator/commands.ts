import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { sealFromOperator } from '../root-key/root-secret.ts'
import type { Service } from '../service.ts'
import { GivenShares } from './given-shares.ts'
import type { OperatorAnswer, OperatorCommands } from './socket.ts'

const isWrong = (error: unknown): boolean => error instanceof UnsealFailure && error.reason === 'wrong-secret'

/** What an operator on this machine can do to a running server. */
export function operatorCommands(service: Service): OperatorCommands {
  const shares = new GivenShares()
  const status = (): OperatorAnswer => ({
    ...service.status(),
    ...(shares.state === undefined ? {} : { shares: shares.state }),
  })
  const openByShares = async (text: string, set: string): Promise<OperatorAnswer> => {
    const enough = shares.add(text, set)
    if (enough === undefined) return status()
    shares.drop()
    try {
      await service.unseal((kind) => sealFromOperator(kind, enough))
      return status()
    } catch (error) {
      // which of them is not what was given out, nobody can tell
      throw isWrong(error)
        ? new UnsealFailure('wrong-secret', 'Together these shares open nothing; all were dropped.')
        : error
    }
  }
  return {
    status,
    async unseal({ secret, reset = false }) {
      if (reset) shares.drop()
      if (reset || !service.isSealed) return status()
      const { seal: kind, parameters } = await service.readSeal()
      if (kind === 'shamir' && secret !== undefined) return openByShares(secret, String(parameters.set))
      const seal = (kind: string, own: Seal | undefined): Seal =>
        secret === undefined && own ? own : sealFromOperator(kind, secret ?? '')
      await service.unseal(seal)
      return status()
    },
    async reseal({ kind = service.deployment.seal, secret = '', newKind = '', newSecret = '' }) {
      shares.drop()
      await service.reseal(sealFromOperator(kind, secret), sealFromOperator(newKind, newSecret))
      return status()
    },
    async 'rotate-root-key'({ kind = service.deployment.seal, secret = '' }, tell) {
      const outcome = await service.rotateRootKey(sealFromOperator(kind, secret), tell)
      return { ...outcome, ...status() }
    },
    async seal() {
      shares.drop()
      await service.seal()
      return status()
    },
    async 'trust-clock'() {
      await service.trustClock()
      return status()
    },
    async 'export-seed'() {
      if (service.deployment.mode !== 'development') throw new Error('only development mode shows what it keeps')
      const { exportSeedFile } = await import('../seed/export.ts')
      return { seed: await exportSeedFile(service.kms) }
    },
    async 'backup-made'({ file = '' }) {
      await service.noteBackup(file)
      return status()
    },
    async reload() {
      await service.reload()
      return status()
    },
  }
}
