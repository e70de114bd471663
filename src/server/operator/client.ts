import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { ConfigError } from '../config/load.ts'
import { operatorAddress } from './address.ts'
import type { OperatorAnswer, OperatorProgress, OperatorRequest, TellOperator } from './socket.ts'

/** Argon2 takes a part of a second, longer on a busy machine. */
const timeoutMs = 30_000

/**
 * Asks the server that runs on a data directory.
 *
 * @throws ConfigError when none runs, or with the sentence it answered
 */
export async function askOperator(
  data: string,
  request: OperatorRequest,
  tell: TellOperator = () => {},
): Promise<OperatorAnswer> {
  if (!existsSync(data)) throw new ConfigError(`there is no data directory ${data}`)
  const answer = await exchange(data, `${JSON.stringify(request)}\n`, tell)
  if (typeof answer.error === 'string') throw new ConfigError(answer.error)
  return answer
}

/** Whether a server runs on a data directory. */
export async function isServerRunning(data: string): Promise<boolean> {
  if (!existsSync(data)) return false
  return new Promise((resolve) => {
    const socket = connect(operatorAddress(data), () => {
      socket.destroy()
      resolve(true)
    })
    // of another user, or hanging: somebody is there
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'))
  })
}

function exchange(data: string, line: string, tell: TellOperator): Promise<OperatorAnswer> {
  return new Promise((resolve, reject) => {
    let rest = ''
    const socket = connect(operatorAddress(data), () => socket.write(line))
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timeout')))
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) {
        const said: OperatorAnswer & { readonly progress?: OperatorProgress } = JSON.parse(text)
        if (said.progress) tell(said.progress)
        else resolve(said)
      }
    })
    // nothing, once there was an answer
    socket.on('end', () => reject(new ConfigError(`the server on ${data} ended before it answered`)))
    socket.on('error', (error: NodeJS.ErrnoException) => reject(new ConfigError(whyNot(data, error))))
  })
}

function whyNot(data: string, { code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return `no server is running on ${data}`
  if (code === 'EACCES') return `the server on ${data} belongs to another user`
  return `the server on ${data} does not answer`
}
