import { createHmac, randomBytes } from 'node:crypto'
import type { Field, Fields } from '../../api/field.ts'
import { CliError } from '../failure.ts'
import { contractOf } from './ask.ts'
import type { Answer, Call } from './call.ts'
import { isMembers } from './counterparts.ts'
import { isSensitive, membersOf } from './masks.ts'

/** A call and what the first server answered to it. */
export interface Recorded {
  readonly call: Call
  readonly answer: Answer
}

/**
 * Puts stand-ins for secrets: equal ones for equal secrets, of the same length and alphabet, so that a cassette still
 * plays; nobody can go back from them, since what they are made with is forgotten.
 */
export class Redaction {
  readonly #key = randomBytes(32)

  redacted({ call, answer }: Recorded): Recorded {
    const operation = contractOf(call)
    const parameters = Object.entries(call.parameters).map(([name, value]) => {
      const field = operation?.request[name.split('.', 1)[0] ?? '']
      return [name, field === undefined || isSensitive(field) ? this.#standIn(value) : value]
    })
    const body = answer.code === 'Success' ? this.#members(answer.body, operation?.response) : answer.body
    return { call: { ...call, parameters: Object.fromEntries(parameters) }, answer: { ...answer, body } }
  }

  #members(members: Readonly<Record<string, unknown>>, fields: Fields | undefined): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, this.#value(value, fields?.[name], name)]),
    )
  }

  #value(value: unknown, field: Field | undefined, name: string): unknown {
    if (typeof value === 'string') {
      const isKnown = field !== undefined || name === 'RequestId'
      return isKnown && field?.sensitive !== true ? value : this.#standIn(value)
    }
    if (Array.isArray(value)) return value.map((item) => this.#value(item, field?.item, name))
    return isMembers(value) ? this.#members(value, membersOf(field)) : value
  }

  /** Maps keep their names, which a call needs: encryption contexts. */
  #standIn(text: string): string {
    const map = mapIn(text)
    if (map !== undefined)
      return JSON.stringify(
        Object.fromEntries(Object.entries(map).map(([name, value]) => [name, this.#letters(value)])),
      )
    const bytes = Buffer.from(text, 'base64')
    if (text !== '' && text.length % 4 === 0 && bytes.toString('base64') === text)
      return this.#stream(text, bytes.length).toString('base64')
    return this.#letters(text)
  }

  #letters(text: string): string {
    return [...this.#stream(text, text.length)].map((byte) => 'abcdefghijklmnop'[byte & 15]).join('')
  }

  #stream(text: string, length: number): Buffer {
    const blocks: Buffer[] = []
    for (let index = 0; index * 32 < length; index++)
      blocks.push(createHmac('sha256', this.#key).update(`${index}:${text}`).digest())
    return Buffer.concat(blocks).subarray(0, length)
  }
}

function mapIn(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isMembers(parsed) || !Object.values(parsed).every((value) => typeof value === 'string')) return undefined
    return parsed as Readonly<Record<string, string>>
  } catch {
    return undefined
  }
}

/** A line of JSON for each call. */
export const cassetteLine = (recorded: Recorded): string => `${JSON.stringify(recorded)}\n`

/** @throws CliError `badFile` naming the line */
export function readCassette(path: string, text: string): readonly Recorded[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const recorded = parsed(line)
      if (!isRecorded(recorded)) throw new CliError('badFile', `${path}: line ${number} is no recorded call`)
      return recorded
    })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isRecorded(value: unknown): value is Recorded {
  if (!isMembers(value) || !isMembers(value.call) || !isMembers(value.answer)) return false
  const { call, answer } = value
  return (
    typeof call.action === 'string' &&
    typeof call.version === 'string' &&
    isMembers(call.parameters) &&
    Object.values(call.parameters).every((text) => typeof text === 'string') &&
    typeof answer.status === 'number' &&
    typeof answer.code === 'string' &&
    isMembers(answer.body)
  )
}
