import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { ConfigError } from '../config/load.ts'
import { operatorAddress } from './address.ts'
import type { OperatorAnswer, OperatorRequest } from './socket.ts'

/** Argon2 takes a part of a second, longer on a busy machine. */
const timeoutMs = 30_000

/**
 * Asks the server that runs on a data directory.
 *
 * @throws ConfigError when none runs, or with the sentence it answered
 */
export async function askOperator(data: string, request: OperatorRequest): Promise<OperatorAnswer> {
  if (!existsSync(data)) throw new ConfigError(`there is no data directory ${data}`)
  const text = await exchange(data, `${JSON.stringify(request)}\n`)
  const answer: OperatorAnswer = JSON.parse(text)
  if (typeof answer.error === 'string') throw new ConfigError(answer.error)
  return answer
}

function exchange(data: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(operatorAddress(data), () => socket.write(line))
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timeout')))
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', (error: NodeJS.ErrnoException) => reject(new ConfigError(whyNot(data, error))))
  })
}

function whyNot(data: string, { code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return `no server is running on ${data}`
  if (code === 'EACCES') return `the server on ${data} belongs to another user`
  return `the server on ${data} does not answer`
}
