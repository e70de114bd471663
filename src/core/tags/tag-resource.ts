import type { Input, Result } from '../../api/operation.ts'
import type { TagResource } from '../../api/tags.ts'
import type { Call } from '../kms.ts'
import { parseTagList, withTags } from '../tag-rules.ts'
import { namedResource } from './taggables.ts'

/**
 * Adds tags to a key, secret or certificate, or changes their values.
 *
 * @throws KmsError `InvalidParameter` of Tags; `Rejected.LimitExceeded` for more than 20; `Rejected.PendingDeletion`;
 * `Forbidden.ResourceNotFound` for a secret; `Certificate.NotFound`
 * @see KMS API 2016-01-20, TagResource
 */
export async function tagResource(call: Call, input: Input<typeof TagResource>): Promise<Result<typeof TagResource>> {
  const { taggable, id } = namedResource(input, 'any')
  const added = parseTagList(input.tags)
  await call.kms.records.transaction((transaction) =>
    taggable.retag(call, transaction, id, (tags) => withTags(tags, added)),
  )
  return {}
}
