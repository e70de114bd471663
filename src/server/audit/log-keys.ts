import type { Kms } from '../../core/kms.ts'
import type { Sealing } from '../../core/records.ts'
import type { Deployment } from '../../core/sealing/deployment.ts'
import type { Config } from '../config/schema.ts'
import { isPostgresUrl } from '../config/store-address.ts'
import type { Anchors, AnchorsOptions } from './anchor.ts'
import type { LogKeys } from './signing.ts'

/** What a server's audit log is signed and authenticated with; asked while unsealed. */
export const logKeys = (sealing: Sealing, anchors: Anchors): LogKeys => ({
  seed: sealing.derive('audit-checkpoint'),
  chainKey: (origin) => anchors.chainKey(origin),
  anchors,
})

export const anchorsOptions = (
  { records, sealing }: Pick<Kms, 'records' | 'sealing'>,
  { node, store }: Config,
  { deploymentId }: Pick<Deployment, 'deploymentId'>,
): AnchorsOptions => ({
  records,
  sealing,
  node,
  origin: `keyhaven/${deploymentId}/${node}`,
  isShared: store !== undefined && isPostgresUrl(store),
})
