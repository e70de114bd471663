import { codeName, type Field, type Fields } from '../../api/field.ts'
import { invalidParameter, missingParameter } from '../../core/errors.ts'
import { decodeText } from './decode-text.ts'

type Parameters = ReadonlyMap<string, string>

/** What follows `Name.`: an index from 1, and for lists of objects a member. */
const suffix = /^([1-9]\d{0,3})(?:\.(\w+))?$/

/**
 * A list that arrived as `Name.1`, `Name.2`, … or `Name.1.Field`. Items are put in the order of their indexes, which need
 * not be complete. Empty items are items.
 *
 * @returns undefined if there is none
 * @throws KmsError `InvalidParameter` or `MissingParameter`, naming the item's parameter
 */
export function decodeList(name: string, field: Field, parameters: Parameters): unknown {
  const { item } = field
  const entries = collect(name, parameters)
  if (entries.size === 0 || !item) return undefined
  if (entries.size > (field.maxLength ?? entries.size)) throw invalidParameter(name)
  return [...entries].sort(([a], [b]) => a - b).map(([index, members]) => decodeItem(`${name}.${index}`, item, members))
}

/** The texts of each item by member name; a plain item has the member ''. */
function collect(name: string, parameters: Parameters): Map<number, Map<string, string>> {
  const entries = new Map<number, Map<string, string>>()
  for (const [parameter, text] of parameters) {
    if (!parameter.startsWith(name) || parameter[name.length] !== '.') continue
    const [, index, member = ''] = suffix.exec(parameter.slice(name.length + 1)) ?? []
    if (index === undefined) throw invalidParameter(name)
    const members = entries.get(Number(index)) ?? new Map<string, string>()
    entries.set(Number(index), members.set(member, text))
  }
  return entries
}

function decodeItem(name: string, item: Field, members: ReadonlyMap<string, string>): unknown {
  if (item.kind === 'object' && item.fields) return decodeMembers(name, item.fields, members)
  const text = members.get('')
  const value = text === undefined || members.size > 1 ? undefined : decodeText(item, text)
  if (value === undefined) throw invalidParameter(name)
  return value
}

function decodeMembers(name: string, fields: Fields, members: ReadonlyMap<string, string>): unknown {
  if (members.has('')) throw invalidParameter(name)
  const decoded: Record<string, unknown> = {}
  for (const [member, field] of Object.entries(fields)) {
    const text = members.get(member)
    if (text === undefined && field.presence === 'required') throw missingParameter(`${name}.${member}`)
    if (text === undefined) continue
    const value = decodeText(field, text)
    if (value === undefined) throw invalidParameter(`${name}.${member}`)
    decoded[codeName(member)] = value
  }
  return decoded
}
