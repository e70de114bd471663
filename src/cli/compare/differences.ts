import type { Field, Fields } from '../../api/field.ts'
import { contractOf } from './ask.ts'
import type { Answer, Call } from './call.ts'
import { type Counterparts, isMembers } from './counterparts.ts'
import { isName, isSensitive, masked, membersOf } from './masks.ts'

/** Where two answers to one call differ. */
export interface Difference {
  /** such as `KeyMetadata.Description`; `status`, `code` or `Message` of errors */
  readonly path: string
  readonly first: string
  readonly second: string
}

const leftOut = '(left out)'
const absent = '(absent)'

/** @returns what differs once ids, times and ciphertexts are taken for each other; those that are new become known */
export function differencesOf(call: Call, first: Answer, second: Answer, known: Counterparts): readonly Difference[] {
  const ofStatus = (['status', 'code'] as const)
    .filter((name) => first[name] !== second[name])
    .map((name) => ({ path: name, first: String(first[name]), second: String(second[name]) }))
  // An answer and a refusal have nothing else in common.
  if (ofStatus.length > 0) return ofStatus
  const isSuccess = first.code === 'Success'
  const fields = isSuccess ? contractOf(call)?.response : undefined
  const whole = { path: '', known, learns: isSuccess, isRefusal: !isSuccess, fields }
  return [...inMembers(whole, first.body, second.body)]
}

type Members = Readonly<Record<string, unknown>>

interface Within {
  readonly path: string
  readonly known: Counterparts
  /** whether what is new becomes known: not where it is uncertain which item of a list is which */
  readonly learns: boolean
  /** a refusal, whose members have no secrets */
  readonly isRefusal: boolean
}

function* inMembers(
  { path, fields, ...rest }: Within & { readonly fields: Fields | undefined },
  first: Members,
  second: Members,
): Generator<Difference> {
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const place = { ...rest, path: path === '' ? name : `${path}.${name}`, name, field: fields?.[name] }
    yield* inValue(place, first[name], second[name])
  }
}

interface Place extends Within {
  readonly name: string
  readonly field: Field | undefined
}

function* inValue(place: Place, first: unknown, second: unknown): Generator<Difference> {
  const { path, field } = place
  if (isMembers(first) && isMembers(second)) yield* inMembers({ ...place, fields: membersOf(field) }, first, second)
  else if (Array.isArray(first) && Array.isArray(second)) yield* inLists(place, first, second)
  else if (!isSame(place, first, second)) yield { path, first: shown(place, first), second: shown(place, second) }
}

function isSame({ name, field, known, learns }: Place, first: unknown, second: unknown): boolean {
  if (first === second) return true
  if (typeof first !== 'string' || typeof second !== 'string') return false
  // What was something before must be the same again, however alike two ids look.
  if (known.has(first)) return known.translate(first) === second
  if (masked(first, name, field) !== masked(second, name, field)) return false
  if (learns && name !== 'RequestId' && isName(first, field)) known.learn(first, second)
  return true
}

/** The order of a list may be the server's own: each item is to have one like it. In the same order, they are each other's. */
function* inLists(place: Place, first: readonly unknown[], second: readonly unknown[]): Generator<Difference> {
  const { path, field, learns } = place
  if (first.length !== second.length) {
    yield { path, first: `${first.length} items`, second: `${second.length} items` }
    return
  }
  const item = { ...place, path: `${path}[]`, field: field?.item, learns: false }
  const isLike = (value: unknown, other: unknown): boolean => inValue(item, value, other).next().done === true
  if (first.every((value, index) => isLike(value, second[index]))) {
    for (const [index, value] of first.entries()) yield* inValue({ ...item, learns }, value, second[index])
    return
  }
  const left = [...second]
  const lonely = first.filter((value) => {
    const at = left.findIndex((other) => isLike(value, other))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  for (const [index, value] of lonely.entries()) yield* inValue(item, value, left[index])
}

/** What the contract does not know may be a secret. */
const shown = ({ field, isRefusal }: Place, value: unknown): string => {
  if (value === undefined) return absent
  if (field === undefined ? !isRefusal : isSensitive(field)) return leftOut
  return typeof value === 'string' ? value : JSON.stringify(value)
}
