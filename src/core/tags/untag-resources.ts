import type { Input, Result } from '../../api/operation.ts'
import type { UntagResources } from '../../api/tags.ts'
import { takePart } from '../audit-parts.ts'
import { missingParameter } from '../errors.ts'
import type { AuditPart, Call } from '../kms.ts'
import { type Tags, withoutTags } from '../tag-rules.ts'
import { asResourceId, requireRegion, taggables } from './taggables.ts'

/**
 * Removes tags from several keys or secrets: from all of them or from none. Tag keys that a resource does not have are
 * passed over.
 *
 * @throws KmsError `InvalidParameter` of RegionId; `MissingParameter` without TagKey and All;
 * `InvalidResourceId.NotFound`; `Rejected.PendingDeletion`
 * @see KMS API 2016-01-20, UntagResources
 */
export async function untagResources(
  call: Call,
  { regionId, resourceType, resourceId, tagKey = [], all }: Input<typeof UntagResources>,
): Promise<Result<typeof UntagResources>> {
  requireRegion(call, regionId)
  if (tagKey.length === 0 && !all) throw missingParameter('TagKey')
  const remaining = (tags: Tags): Tags => withoutTags(tags, tagKey.length > 0 ? tagKey : Object.keys(tags))
  await call.kms.records.transaction(async (transaction) => {
    const parts: AuditPart[] = []
    for (const id of new Set(resourceId)) {
      await asResourceId(taggables[resourceType].retag(call, transaction, id, remaining))
      parts.push(takePart(call))
    }
    call.audit.parts = parts
  })
  return {}
}
