import type { ListKmsInstances } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import type { Page } from '../store.ts'
import { authorizeInstance } from './authorize-instance.ts'
import { instances } from './instance.ts'

/** @throws KmsError `InvalidParameter` of `Filters` for a filter other than `KmsInstanceId` */
export async function listKmsInstances(
  call: Call,
  input: Input<typeof ListKmsInstances>,
): Promise<Result<typeof ListKmsInstances>> {
  authorizeInstance(call)
  const { accountId } = call.caller
  const asked = (input.filters ?? []).map(({ key, values }) => {
    if (key !== 'KmsInstanceId') throw invalidParameter('Filters', 'The one filter is KmsInstanceId.')
    return new Set(values)
  })
  const { items, total } = await (asked.length === 0
    ? call.kms.records.list(instances, { account: [accountId] }, pageOf(input))
    : named(call, asked, pageOf(input)))
  const kmsInstance = items.map(({ id }) => ({
    kmsInstanceId: id,
    kmsInstanceArn: arnOf(call.kms, accountId, `keystore/${id}`),
  }))
  return { kmsInstances: { kmsInstance }, ...paged(input, total) }
}

/** Instances that every filter names. */
async function named(call: Call, asked: readonly ReadonlySet<string>[], { offset, limit }: Page) {
  const [first = new Set<string>(), ...others] = asked
  const ids = [...first].filter((id) => others.every((values) => values.has(id)))
  const found = await Promise.all(ids.map((id) => call.kms.records.get(instances, id)))
  const own = found.flatMap((instance) => (instance?.body.accountId === call.caller.accountId ? [instance] : []))
  return { items: own.slice(offset, offset + limit), total: own.length }
}
