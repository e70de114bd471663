import type { KmsErrorCode } from '../api/errors.ts'
import { invalidParameter, KmsError } from './errors.ts'

export type Tags = Readonly<Record<string, string>>

/** Tags that one resource may have. */
export const maxTags = 20

const keyPattern = /^[\w/\\\-.+=:@]{1,128}$/
const valuePattern = /^[\w/\\\-.+=:@]{0,128}$/
const reserved = /^(?:aliyun|acs:)/

export const isTagKey = (key: string): boolean => keyPattern.test(key) && !reserved.test(key)
export const isTagValue = (value: string): boolean => valuePattern.test(value)

/** What an operation answers to each fault; the two generations of tag operations differ. */
export interface TagRefusals {
  readonly key: () => KmsError
  readonly value: () => KmsError
  readonly duplicate: () => KmsError
}

const inTags = () => invalidParameter('Tags')
/** Operations with `Tags` as JSON text. */
const tagListRefusals: TagRefusals = { key: inTags, value: inTags, duplicate: inTags }

const withCode = (code: KmsErrorCode) => () => new KmsError(code)
/** Operations with `Tag.N.Key` and `Tag.N.Value`. */
export const tagResourceRefusals: TagRefusals = {
  key: withCode('InvalidParameter.TagKey'),
  value: withCode('InvalidParameter.TagValue'),
  duplicate: withCode('Duplicate.TagKey'),
}

/**
 * Checks tags given in a request.
 *
 * @throws KmsError what `refusals` says; `Rejected.LimitExceeded` for more than 20
 */
export function checkedTags(given: readonly (readonly [key: string, value: string])[], refusals: TagRefusals): Tags {
  const tags = new Map<string, string>()
  for (const [key, value] of given) {
    if (!isTagKey(key)) throw refusals.key()
    if (!isTagValue(value)) throw refusals.value()
    if (tags.has(key)) throw refusals.duplicate()
    tags.set(key, value)
  }
  return withinLimit(tags)
}

/** `Tags` of CreateKey, TagResource and CreateSecret. */
export const parseTagList = (list: readonly { readonly tagKey: string; readonly tagValue: string }[]): Tags =>
  checkedTags(
    list.map(({ tagKey, tagValue }) => [tagKey, tagValue] as const),
    tagListRefusals,
  )

/** The tags of a resource with others added or changed. @throws KmsError `Rejected.LimitExceeded` */
export const withTags = (tags: Tags, added: Tags): Tags =>
  withinLimit(new Map([...Object.entries(tags), ...Object.entries(added)]))

/** The tags of a resource without those of the given keys, whether it has them or not. */
export function withoutTags(tags: Tags, removed: readonly string[]): Tags {
  return tagsOf(Object.entries(tags).filter(([key]) => !removed.includes(key)))
}

function withinLimit(tags: ReadonlyMap<string, string>): Tags {
  if (tags.size > maxTags) throw new KmsError('Rejected.LimitExceeded')
  return tagsOf(tags)
}

// `Object.fromEntries` defines members, so that a tag named `__proto__` is a tag like any other.
const tagsOf = (entries: Iterable<readonly [string, string]>): Tags => Object.fromEntries(entries)
