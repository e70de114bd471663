import type { Input, Result } from '../../api/operation.ts'
import type { ListEvents } from '../../api/oversight.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import type { Filter } from '../store.ts'
import { authorizeOversight } from './authorize-oversight.ts'
import { serviceEvents } from './events.ts'

export async function listEvents(call: Call, input: Input<typeof ListEvents>): Promise<Result<typeof ListEvents>> {
  authorizeOversight(call)
  const { accountId } = call.kms.settings
  const filter: Filter = input.type === undefined ? { account: [accountId] } : { type: [`${accountId}/${input.type}`] }
  const page = { ...pageOf(input), descending: true }
  const { items, total } = await call.kms.records.list(serviceEvents, filter, page)
  const events = items.map(({ id, body: { at, type, level, resource, message } }) => ({
    ...{ eventId: id, time: at, type, level, resource, message },
  }))
  return { events, ...paged(input, total) }
}
