import { authorize } from '../access/authorize.ts'
import { container } from '../keys/key-resource.ts'
import { visible } from '../list-filters.ts'
import { findSecret, replaceSecret, requireNotDeleting } from '../secrets/find-secret.ts'
import { secrets } from '../secrets/secret.ts'
import type { Taggable } from './taggable.ts'

/** Secrets as bearers of tags, by name or ARN. */
export const taggableSecrets: Taggable = {
  async tagsOf(call, id) {
    const { name, tags } = (await findSecret(call, id)).body
    return { id: name, tags }
  },

  async retag(call, transaction, id, change) {
    const secret = await findSecret(call, id, { reader: transaction })
    requireNotDeleting(secret)
    await replaceSecret(call, transaction, secret, { ...secret.body, tags: change(secret.body.tags) })
  },

  async list(call, filter, page) {
    authorize(call, container(call, 'secret'))
    const { items } = await call.kms.records.list(secrets, { ...filter, ...visible(call) }, page)
    return items.map(({ body: { name, tags } }) => ({ id: name, tags }))
  },
}
