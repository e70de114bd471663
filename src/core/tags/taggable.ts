import type { Call } from '../kms.ts'
import type { Transaction } from '../records.ts'
import type { Filter, Page } from '../store.ts'
import type { Tags } from '../tag-rules.ts'

/** A resource with its tags; `id` as the API names it. */
export interface Tagged {
  readonly id: string
  readonly tags: Tags
}

/** A sort of resource that carries tags. Tag operations know no other difference between the sorts. */
export interface Taggable {
  /**
   * The tags of a resource that the caller may act on.
   * @throws KmsError `Forbidden.NoPermission`, or that it does not exist
   */
  tagsOf(call: Call, id: string): Promise<Tagged>
  /**
   * Replaces the tags of a resource that the caller may act on.
   * @throws KmsError `Forbidden.NoPermission`, that it does not exist, or that its state forbids it
   */
  retag(call: Call, transaction: Transaction, id: string, change: (tags: Tags) => Tags): Promise<void>
  /**
   * Resources of the caller's account, oldest first. The filter uses the index names `tagged` (`yes`), `TagKey` and
   * `tag` (`key=value`).
   * @throws KmsError `Forbidden.NoPermission`
   */
  list(call: Call, filter: Filter, page: Page): Promise<readonly Tagged[]>
}
