import { codeName, type Field, type Fields } from '../api/field.ts'
import { ClientError } from './errors.ts'
import { contractOf } from './operation-method.ts'

/** A method of a client that answers with a list. */
export type ListMethod = (...call: never[]) => Promise<object>

type ItemsOf<Value> = Value extends readonly (infer Item)[] ? Item : never
type ItemsIn<Value> = Value extends readonly unknown[]
  ? ItemsOf<Value>
  : Value extends object
    ? { [Name in keyof Value]-?: ItemsOf<Value[Name]> }[keyof Value]
    : never
/** What the one list of an answer is made of. */
export type ItemOf<List extends ListMethod> = {
  [Name in keyof Awaited<ReturnType<List>>]-?: ItemsIn<Awaited<ReturnType<List>>[Name]>
}[keyof Awaited<ReturnType<List>>]

type Answer = Readonly<Record<string, unknown>>

/** The fields of a request that say which page is wanted. */
interface Asked {
  readonly pageNumber?: number
  readonly pageSize?: number
  readonly marker?: string
  readonly nextToken?: string
}

/**
 * All items of a list, page after page as they are asked for; pages are as large as the operation allows, unless the
 * request says so. What is made or deleted meanwhile may be missing, or be there twice.
 *
 * @param call - what the method takes: the request, where to begin included, and the options of each call
 * @throws ClientError `invalidRequest` for a method that lists nothing; what the method throws
 * @example for await (const key of everyItem(client.listKeys)) console.log(key.keyId)
 * @example for await (const version of everyItem(client.listKeyVersions, { keyId }, { signal })) …
 */
export async function* everyItem<List extends ListMethod>(
  list: List,
  ...call: Parameters<List>
): AsyncGenerator<ItemOf<List>, void, undefined> {
  const operation = typeof list === 'function' ? contractOf(list) : undefined
  const itemsOf = operation && listIn(operation.response)
  if (operation === undefined || itemsOf === undefined)
    throw new ClientError('invalidRequest', 'The list must be a method of a client that lists something.', {
      parameter: 'list',
    })
  const [given = {}, options] = call as readonly unknown[] as readonly [object?, object?]
  const fetch = list as unknown as (request: object, options?: object) => Promise<Answer>
  let next: Asked | undefined = { ...largestPage(operation.request), ...given }
  while (next !== undefined) {
    const page: Answer = await fetch(next, options)
    const items = itemsOf(page) as readonly ItemOf<List>[]
    yield* items
    const following = after(next, page, items.length)
    next = following && { ...next, ...following }
  }
}

/** Finds the one list of an answer: a field of it, or what an object of it wraps. */
export function listIn(fields: Fields): ((answer: Answer) => readonly unknown[]) | undefined {
  const lists = Object.entries(fields).flatMap(([name, field]) => pathsTo(name, field))
  const [path, ...more] = lists
  if (path === undefined || more.length > 0) return undefined
  return (answer) =>
    path.reduce<unknown>((within, name) => (within as Answer | undefined)?.[name], answer) as readonly unknown[]
}

function pathsTo(name: string, { kind, fields = {} }: Field): readonly (readonly string[])[] {
  if (kind === 'list') return [[codeName(name)]]
  const [[inner, wrapped] = [], ...more] = Object.entries(fields)
  const isWrapper = kind === 'object' && more.length === 0 && wrapped?.kind === 'list'
  return isWrapper && inner !== undefined ? [[codeName(name), codeName(inner)]] : []
}

function largestPage(request: Fields): object {
  const name = ['PageSize', 'MaxItems', 'MaxResults'].find((each) => request[each]?.maximum !== undefined)
  return name === undefined ? {} : { [codeName(name)]: request[name]?.maximum }
}

/**
 * What is asked for after a page, in the way of counting that its operation has; undefined after the last. Pages are
 * counted here, so that it ends whatever number an answer gives itself.
 */
function after({ pageNumber = 1, pageSize = 10 }: Asked, answer: Answer, count: number): Asked | undefined {
  const { totalCount, isTruncated, marker, nextToken } = answer
  if (typeof nextToken === 'string' && nextToken !== '') return { nextToken }
  if (isTruncated === true && typeof marker === 'string' && marker !== '') return { marker }
  const isMore = typeof totalCount === 'number' && count > 0 && pageNumber * pageSize < totalCount
  return isMore ? { pageNumber: pageNumber + 1 } : undefined
}
