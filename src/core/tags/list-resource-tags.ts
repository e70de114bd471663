import type { Input, Result } from '../../api/operation.ts'
import type { ListResourceTags } from '../../api/tags.ts'
import type { Call } from '../kms.ts'
import { taggables } from './taggables.ts'

/**
 * The tags of a key.
 *
 * @see KMS API 2016-01-20, ListResourceTags
 */
export async function listResourceTags(
  call: Call,
  { keyId }: Input<typeof ListResourceTags>,
): Promise<Result<typeof ListResourceTags>> {
  const { id, tags } = await taggables.key.tagsOf(call, keyId)
  return { tags: { tag: Object.entries(tags).map(([tagKey, tagValue]) => ({ keyId: id, tagKey, tagValue })) } }
}
