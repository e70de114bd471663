import { codeName, type Field, type Fields } from '../../api/field.ts'
import type { Operation } from '../../api/operation.ts'
import { invalidParameter, KmsError, missingParameter } from '../../core/errors.ts'
import { JsonFault } from './decode-json.ts'
import { decodeList } from './decode-list.ts'
import { decodeText } from './decode-text.ts'

type Parameters = ReadonlyMap<string, string>
/** Puts one field of the input into `into`, under its name in code. */
type Reader = (parameters: Parameters, into: Record<string, unknown>) => void

/**
 * Turns the parameters of a request into the input of an operation: typed, within the limits of the contract, defaults
 * filled in. Parameters that the contract does not know are ignored.
 *
 * @throws KmsError `MissingParameter`, `InvalidParameter`, `UnsupportedOperation` for what the contract refuses, each
 * naming the parameter and never quoting its value
 */
export function decode(operation: Operation, parameters: Parameters): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const read of readersOf(operation.request)) read(parameters, input)
  return input
}

const readers = new WeakMap<Fields, readonly Reader[]>()

function readersOf(fields: Fields): readonly Reader[] {
  const known = readers.get(fields)
  if (known) return known
  // What is refused is so whatever else is wrong with the request.
  const ordered = Object.entries(fields).sort(([, a], [, b]) => Number('refused' in b) - Number('refused' in a))
  const made = ordered.map(([name, field]) => readerOf(name, field))
  readers.set(fields, made)
  return made
}

function readerOf(name: string, field: Field): Reader {
  const property = codeName(name)
  const read = field.kind === 'list' ? decodeList : readText
  return (parameters, into) => {
    const value = read(name, field, parameters)
    if (value !== undefined && field.refused !== undefined) throw notServed(name, field.refused)
    if (value !== undefined) into[property] = value
    else if (field.presence === 'required') throw missingParameter(name)
    else if (field.presence === 'default') into[property] = field.default
  }
}

/** A map whose members arrived one by one, as `Name.<member>`: what its JSON text would have been. */
function flattened(name: string, parameters: Parameters): string | undefined {
  const prefix = `${name}.`
  if (!parameters.keys().some((parameter) => parameter.startsWith(prefix))) return undefined
  const members = [...parameters].filter(([parameter]) => parameter.startsWith(prefix))
  return JSON.stringify(Object.fromEntries(members.map(([parameter, text]) => [parameter.slice(prefix.length), text])))
}

const notServed = (parameter: string, why: string): KmsError =>
  new KmsError('UnsupportedOperation', {
    parameter,
    message: `This action is not supported with the parameter "${parameter}": ${why}.`,
  })

/**
 * An empty value is a value only where text is required, or optional text may be empty by its contract: a description
 * that is taken away. Clients send other optional parameters empty when they mean to leave them out
 * (`RotationInterval=` in the official samples).
 */
function readText(name: string, field: Field, parameters: Parameters): unknown {
  const text = parameters.get(name) ?? (field.kind === 'stringMap' ? flattened(name, parameters) : undefined)
  if (text === undefined) return undefined
  if (text === '' && !mayBeEmpty(field)) return undefined
  const value = valueOfText(name, field, text)
  if (value === undefined) throw invalidParameter(name)
  return value
}

const mayBeEmpty = ({ kind, presence, minLength }: Field): boolean =>
  kind === 'string' && (presence === 'required' || minLength === 0)

function valueOfText(name: string, field: Field, text: string): unknown {
  try {
    return decodeText(field, text)
  } catch (fault) {
    if (fault instanceof JsonFault) throw invalidParameter(name, `${capitalized(fault.message)}.`)
    throw fault
  }
}
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
