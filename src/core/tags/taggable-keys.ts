import { authorize } from '../access/authorize.ts'
import { findKey } from '../keys/find-key.ts'
import { keys } from '../keys/key.ts'
import { container } from '../keys/key-resource.ts'
import { requireState, unlessDeletionIsPlanned } from '../keys/key-state.ts'
import { visible } from '../list-filters.ts'
import type { Taggable } from './taggable.ts'

/**
 * Keys as bearers of tags.
 *
 * @param accepts - the names that the operation takes
 */
export const taggableKeys = (accepts: 'id' | 'any'): Taggable => ({
  async tagsOf(call, id) {
    const key = await findKey(call, id, { accepts })
    return { id: key.id, tags: key.body.tags }
  },

  async retag(call, transaction, id, change) {
    const key = await findKey(call, id, { accepts, reader: transaction })
    requireState(key, unlessDeletionIsPlanned)
    await transaction.update(keys, key, { ...key.body, tags: change(key.body.tags) })
  },

  async list(call, filter, page) {
    authorize(call, container(call, 'key'))
    const { items } = await call.kms.records.list(keys, { ...filter, ...visible(call) }, page)
    return items.map(({ id, body }) => ({ id, tags: body.tags }))
  },
})
