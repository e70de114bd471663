import type { Input, Result } from '../../api/operation.ts'
import type { ListSecretVersionIds } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import { findSecret } from './find-secret.ts'
import { stagesOf } from './stages.ts'

/**
 * The versions of a secret, oldest first; those without a label only when asked for.
 *
 * @throws KmsError `Forbidden.NoPermission`, `Forbidden.ResourceNotFound`
 * @see KMS API 2016-01-20, ListSecretVersionIds
 */
export async function listSecretVersionIds(
  call: Call,
  input: Input<typeof ListSecretVersionIds>,
): Promise<Result<typeof ListSecretVersionIds>> {
  const { name, content } = (await findSecret(call, input.secretName)).body
  const shown = content.versions
    .map(({ id, createdAt }) => ({
      versionId: id,
      createTime: createdAt,
      versionStages: { versionStage: stagesOf(content, id) },
    }))
    .filter(({ versionStages }) => input.includeDeprecated || versionStages.versionStage.length > 0)
  const { offset, limit } = pageOf(input)
  const versionId = shown.slice(offset, offset + limit)
  return { secretName: name, versionIds: { versionId }, ...paged(input, shown.length) }
}
