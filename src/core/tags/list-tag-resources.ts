import type { Input, Result } from '../../api/operation.ts'
import type { ListTagResources } from '../../api/tags.ts'
import { takePart } from '../audit-parts.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { AuditPart, Call } from '../kms.ts'
import type { Filter, Page } from '../store.ts'
import type { Tagged } from './taggable.ts'
import { asResourceId, requireRegion, taggables } from './taggables.ts'

const rowsPerPage = 200

/**
 * Resources with their tags, one row for each tag, all tags of a resource on one page. With ResourceId only those
 * resources, with Tag only resources that have all of these tags.
 *
 * @throws KmsError `InvalidParameter` of RegionId or NextToken; `Duplicate.TagKey`; `InvalidResourceId.NotFound`
 * @see KMS API 2016-01-20, ListTagResources
 */
export async function listTagResources(
  call: Call,
  input: Input<typeof ListTagResources>,
): Promise<Result<typeof ListTagResources>> {
  const { resourceType } = input
  requireRegion(call, input.regionId)
  const wanted = tagConditions(input.tag ?? [])
  const { found, nextToken } = await collect(await candidates(call, input), wanted, offsetIn(input.nextToken))
  const tagResource = found.flatMap(({ id, tags }) =>
    Object.entries(tags).map(([tagKey, tagValue]) => ({ resourceId: id, resourceType, tagKey, tagValue })),
  )
  return { tagResources: { tagResource }, nextToken }
}

/** Tag key → value, `undefined` for any. */
type Conditions = ReadonlyMap<string, string | undefined>
/** Reads on among the resources that may qualify. */
type Candidates = (page: Page) => Promise<readonly Tagged[]>

function tagConditions(given: NonNullable<Input<typeof ListTagResources>['tag']>): Conditions {
  const wanted = new Map(given.map(({ key, value }) => [key, value]))
  if (wanted.size < given.length) throw new KmsError('Duplicate.TagKey')
  return wanted
}

async function candidates(call: Call, input: Input<typeof ListTagResources>): Promise<Candidates> {
  const taggable = taggables[input.resourceType]
  const ids = new Set(input.resourceId)
  if (ids.size === 0) {
    const filter = indexFilter(input.tag?.[0])
    return (page) => taggable.list(call, filter, page)
  }
  const named: Tagged[] = []
  const parts: AuditPart[] = []
  // One after the other, as each notes for the audit whom it is about.
  for (const id of ids) {
    named.push(await asResourceId(taggable.tagsOf(call, id)))
    parts.push(takePart(call))
  }
  call.audit.parts = parts
  return async ({ offset, limit }) => named.slice(offset, offset + limit)
}

/** An index entry matches any of its values, so it can stand for one condition only. */
function indexFilter(condition: { readonly key: string; readonly value?: string | undefined } | undefined): Filter {
  if (!condition) return { tagged: ['yes'] }
  const { key, value } = condition
  return value === undefined ? { TagKey: [key] } : { tag: [`${key}=${value}`] }
}

async function collect(candidatesAt: Candidates, wanted: Conditions, start: number) {
  const found: Tagged[] = []
  let rows = 0
  for (let offset = start; ; ) {
    const batch = await candidatesAt({ offset, limit: rowsPerPage })
    for (const candidate of batch) {
      const count = qualifies(candidate, wanted) ? Object.keys(candidate.tags).length : 0
      if (rows + count > rowsPerPage) return { found, nextToken: tokenFor(offset) }
      if (count > 0) found.push(candidate)
      rows += count
      offset++
    }
    if (batch.length < rowsPerPage) return { found, nextToken: '' }
  }
}

const qualifies = ({ tags }: Tagged, wanted: Conditions): boolean =>
  [...wanted].every(([key, value]) => Object.hasOwn(tags, key) && (value === undefined || tags[key] === value))

const tokenFor = (offset: number): string => Buffer.from(`after ${offset}`).toString('base64url')

function offsetIn(token: string | undefined): number {
  if (token === undefined || token === '') return 0
  const [, digits] = /^after (\d{1,10})$/.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? []
  if (digits === undefined) throw invalidParameter('NextToken')
  return Number(digits)
}
