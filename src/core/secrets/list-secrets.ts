import type { Input, Result } from '../../api/operation.ts'
import type { ListSecrets } from '../../api/secrets.ts'
import { authorize } from '../access/authorize.ts'
import { container } from '../keys/key-resource.ts'
import type { Call } from '../kms.ts'
import { type Conditions, conditionsOf, indexedBy, visible } from '../list-filters.ts'
import { paged, pageOf } from '../paging.ts'
import type { Found, Stored } from '../records.ts'
import type { Filter } from '../store.ts'
import { shownTags } from './describe-secret.ts'
import { isGone } from './find-secret.ts'
import { type Secret, secrets } from './secret.ts'

/** Filter names that are index names of the record kind as well. */
const indexed: ReadonlySet<string> = new Set(['SecretType', 'Creator', 'DKMSInstanceId', 'TagKey', 'TagValue'])
/** Filter names that look into a text. */
const textual: ReadonlyMap<string, (secret: Secret, value: string) => boolean> = new Map([
  ['SecretName', ({ name }, value) => name.startsWith(value)],
  ['Description', ({ description }, value) => description.includes(value)],
])
const batchSize = 500

/**
 * The secrets of the account, oldest first, those waiting for deletion included. Conditions on different names must
 * all hold, of the values of one name any; a condition without values is none.
 *
 * @throws KmsError `InvalidParameter` of Filters for a name that is no filter
 * @see KMS API 2016-01-20, ListSecrets
 */
export async function listSecrets(call: Call, input: Input<typeof ListSecrets>): Promise<Result<typeof ListSecrets>> {
  authorize(call, container(call, 'secret'))
  const { items, total } = await find(call, input)
  const secret = items.map(({ body }) => ({
    secretName: body.name,
    secretType: body.type,
    createTime: body.createdAt,
    updateTime: body.updatedAt,
    plannedDeleteTime: body.deleteAt,
    owingService: '',
    ...(input.fetchTags ? { tags: shownTags(body) } : {}),
  }))
  return { secretList: { secret }, ...paged(input, total) }
}

/** What an index cannot answer is looked for in the records themselves, all of them. */
async function find(call: Call, input: Input<typeof ListSecrets>): Promise<Found<Secret>> {
  const wanted = conditionsOf(inLowerCase(input.filters ?? []), isFilter)
  const filter = { ...indexedBy(indexed, wanted), ...visible(call, wanted) }
  if (![...wanted.keys()].some((name) => textual.has(name))) {
    return call.kms.records.list(secrets, filter, pageOf(input))
  }
  const matching = (await all(call, filter)).filter(({ body }) => matchesTexts(body, wanted))
  const { offset, limit } = pageOf(input)
  return { items: matching.slice(offset, offset + limit), total: matching.length }
}

async function all(call: Call, filter: Filter): Promise<readonly Stored<Secret>[]> {
  const found: Stored<Secret>[] = []
  for (let offset = 0; ; offset += batchSize) {
    const { items } = await call.kms.records.list(secrets, filter, { offset, limit: batchSize })
    found.push(...items.filter((secret) => !isGone(call.kms, secret)))
    if (items.length < batchSize) return found
  }
}

const matchesTexts = (secret: Secret, wanted: Conditions): boolean =>
  [...textual].every(([name, matches]) => {
    const values = wanted.get(name)
    return values === undefined || [...values].some((value) => matches(secret, value))
  })

const isFilter = (name: string): boolean => indexed.has(name) || textual.has(name)

/** The models spell the types in two ways. */
const inLowerCase = (filters: NonNullable<Input<typeof ListSecrets>['filters']>) =>
  filters.map(({ key, values }) => ({
    key,
    values: key === 'SecretType' ? values.map((value) => value.toLowerCase()) : values,
  }))
