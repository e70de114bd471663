import type { Input, Result } from '../../api/operation.ts'
import type { TagResources } from '../../api/tags.ts'
import { takePart } from '../audit-parts.ts'
import type { AuditPart, Call } from '../kms.ts'
import { checkedTags, tagResourceRefusals, withTags } from '../tag-rules.ts'
import { asResourceId, requireRegion, taggables } from './taggables.ts'

/**
 * Adds tags to several keys or secrets, or changes their values: to all of them or to none.
 *
 * @throws KmsError `InvalidParameter` of RegionId; `InvalidParameter.TagKey`, `InvalidParameter.TagValue`,
 * `Duplicate.TagKey`; `InvalidResourceId.NotFound`; `Rejected.LimitExceeded`, `Rejected.PendingDeletion`
 * @see KMS API 2016-01-20, TagResources
 */
export async function tagResources(
  call: Call,
  { regionId, resourceType, resourceId, tag }: Input<typeof TagResources>,
): Promise<Result<typeof TagResources>> {
  requireRegion(call, regionId)
  const added = checkedTags(
    tag.map(({ key, value }) => [key, value ?? ''] as const),
    tagResourceRefusals,
  )
  await call.kms.records.transaction(async (transaction) => {
    const parts: AuditPart[] = []
    for (const id of new Set(resourceId)) {
      await asResourceId(taggables[resourceType].retag(call, transaction, id, (tags) => withTags(tags, added)))
      parts.push(takePart(call))
    }
    call.audit.parts = parts
  })
  return {}
}
