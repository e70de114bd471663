import protobuf from 'protobufjs/minimal.js'
import { codeName } from '../api/field.ts'
import type { Message, MessageInput, MessageValues, ScalarType } from '../api/instance.ts'

/** The bytes are not the message: truncated, a wrong wire type, text that is no UTF-8, a malformed varint. */
export class MalformedMessage extends Error {}

type Value = string | number | boolean | Uint8Array | readonly string[]

/** Wire types of protobuf: 0 varint, 2 length-delimited. */
const wireTypes: Readonly<Record<ScalarType, 0 | 2>> = { string: 2, bytes: 2, strings: 2, int32: 0, bool: 0 }
const emptyValues: Readonly<Record<ScalarType, Value>> = {
  string: '',
  bytes: new Uint8Array(0),
  int32: 0,
  bool: false,
  strings: [],
}
const maxStrings = 100

/** Encodes by the table: ascending field numbers, empty values left out, as every official SDK does. */
export function encodeMessage<M extends Message>(message: M, values: MessageInput<M>): Uint8Array {
  const writer = protobuf.Writer.create()
  const given = values as Readonly<Record<string, Value | undefined>>
  for (const [name, { number, type }] of fieldsInOrder(message)) {
    const value = given[codeName(name)]
    if (value === undefined || value === '' || value === 0 || value === false) continue
    writeValue(writer, (number << 3) | wireTypes[type], type, value)
  }
  return writer.finish()
}

function writeValue(writer: protobuf.Writer, tag: number, type: ScalarType, value: Value): void {
  if (type === 'strings') for (const item of value as readonly string[]) writer.uint32(tag).string(item)
  else if (type === 'string') writer.uint32(tag).string(value as string)
  else if (type === 'int32') writer.uint32(tag).int32(value as number)
  else if (type === 'bool') writer.uint32(tag).bool(value as boolean)
  else if ((value as Uint8Array).length > 0) writer.uint32(tag).bytes(value as Uint8Array)
}

/**
 * Decodes by the table: fields in any order, the last of a repeated scalar counts, unknown fields are passed over.
 * @throws MalformedMessage
 */
export function decodeMessage<M extends Message>(message: M, encoded: Uint8Array): MessageValues<M> {
  const byNumber = fieldsByNumber(message)
  const values: Record<string, Value> = { ...emptyOf(message) }
  try {
    const reader = protobuf.Reader.create(encoded)
    while (reader.pos < reader.len) {
      const tag = readTag(reader, encoded)
      const known = byNumber.get(tag >>> 3)
      if (known === undefined) skip(reader, tag & 7)
      else values[known.name] = readValue(reader, tag & 7, known.type, values[known.name])
    }
  } catch (cause) {
    throw cause instanceof MalformedMessage ? cause : new MalformedMessage('not a protobuf message', { cause })
  }
  return values as MessageValues<M>
}

function readTag(reader: protobuf.Reader, encoded: Uint8Array): number {
  const start = reader.pos
  const tag = reader.uint32()
  const length = reader.pos - start
  // SEC-60: a longer form of the same number is refused, so that one message has one meaning.
  if (length > 5 || (length > 1 && encoded[reader.pos - 1] === 0)) throw new MalformedMessage('a varint is not minimal')
  if (tag >>> 3 === 0) throw new MalformedMessage('field number 0')
  return tag
}

function skip(reader: protobuf.Reader, wireType: number): void {
  if (wireType === 3 || wireType === 4) throw new MalformedMessage('groups are not supported')
  reader.skipType(wireType)
}

function readValue(reader: protobuf.Reader, wireType: number, type: ScalarType, before: Value | undefined): Value {
  if (wireType !== wireTypes[type]) throw new MalformedMessage('a field has the wrong wire type')
  if (type === 'int32') return reader.int32()
  if (type === 'bool') return reader.bool()
  const content = reader.bytes()
  if (type === 'bytes') return Uint8Array.from(content)
  const decoded = readText(content)
  if (type === 'string') return decoded
  const list = [...((before as readonly string[] | undefined) ?? []), decoded]
  if (list.length > maxStrings) throw new MalformedMessage('too many values')
  return list
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readText(content: Uint8Array): string {
  try {
    return utf8.decode(content)
  } catch (cause) {
    throw new MalformedMessage('text is not UTF-8', { cause })
  }
}

const ordered = new WeakMap<Message, [string, Message[string]][]>()
function fieldsInOrder(message: Message): [string, Message[string]][] {
  const cached = ordered.get(message)
  if (cached !== undefined) return cached
  const fields = Object.entries(message).sort(([, a], [, b]) => a.number - b.number)
  ordered.set(message, fields)
  return fields
}

const empty = new WeakMap<Message, Readonly<Record<string, Value>>>()
function emptyOf(message: Message): Readonly<Record<string, Value>> {
  const cached = empty.get(message)
  if (cached !== undefined) return cached
  const values = Object.fromEntries(
    Object.entries(message).map(([name, { type }]) => [codeName(name), emptyValues[type]]),
  )
  empty.set(message, values)
  return values
}

type Numbered = ReadonlyMap<number, { readonly name: string; readonly type: ScalarType }>
const numbered = new WeakMap<Message, Numbered>()
function fieldsByNumber(message: Message): Numbered {
  const cached = numbered.get(message)
  if (cached !== undefined) return cached
  const map = new Map(
    Object.entries(message).map(([name, { number, type }]) => [number, { name: codeName(name), type }]),
  )
  numbered.set(message, map)
  return map
}
