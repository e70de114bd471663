import type { Input, Result } from '../../api/operation.ts'
import type { UntagResource } from '../../api/tags.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { maxTags, withoutTags } from '../tag-rules.ts'
import { namedResource } from './taggables.ts'

/**
 * Removes tags from a key, secret or certificate; keys that it does not have are passed over.
 *
 * @throws KmsError `InvalidParameter` of TagKeys; `Rejected.PendingDeletion`; `Forbidden.ResourceNotFound`; `Certificate.NotFound`
 * @see KMS API 2016-01-20, UntagResource
 */
export async function untagResource(
  call: Call,
  input: Input<typeof UntagResource>,
): Promise<Result<typeof UntagResource>> {
  const { taggable, id } = namedResource(input, 'id')
  if (input.tagKeys.length > maxTags) throw invalidParameter('TagKeys')
  await call.kms.records.transaction((transaction) =>
    taggable.retag(call, transaction, id, (tags) => withoutTags(tags, input.tagKeys)),
  )
  return {}
}
