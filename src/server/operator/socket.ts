import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { operatorAddress } from './address.ts'

/** What an operator on this machine asks for, one JSON object on a line. */
export interface OperatorRequest {
  readonly command: string
  /** passphrase or root secret, for `unseal` */
  readonly secret?: string
}

/** The answer, one JSON object on a line: what was asked for, or `error` with one sentence. */
export type OperatorAnswer = Readonly<Record<string, unknown>>

export type OperatorCommands = Readonly<
  Record<string, (request: OperatorRequest) => Promise<OperatorAnswer> | OperatorAnswer>
>

const maxRequestBytes = 16 * 1024

/**
 * Opens the operator socket: reachable only for the user that runs the server, and still there when the server is
 * sealed or its audit log refuses.
 *
 * @param describe - turns an error into the sentence that the operator reads
 */
export async function openOperatorSocket(
  data: string,
  commands: OperatorCommands,
  describe: (error: unknown) => string,
): Promise<Server> {
  const address = operatorAddress(data)
  const isFile = process.platform !== 'win32'
  // a socket that a killed server left; the lock on the data directory says that no other server lives
  if (isFile) rmSync(address, { force: true })
  const server = createServer((socket) => serve(socket, commands, describe))
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen(address, listening.resolve)
  await listening.promise
  // a connection that could not be accepted, as without free file descriptors: who wants something asks again
  server.off('error', listening.reject).on('error', () => undefined)
  if (isFile) chmodSync(address, 0o600)
  return server
}

function serve(socket: Socket, commands: OperatorCommands, describe: (error: unknown) => string): void {
  let text = ''
  // a peer that went away needs no answer
  socket.on('error', () => socket.destroy())
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.length > maxRequestBytes) socket.destroy()
    const end = text.indexOf('\n')
    if (end < 0) return
    socket.removeAllListeners('data')
    void answer(text.slice(0, end), commands, describe).then((found) => socket.end(`${JSON.stringify(found)}\n`))
  })
}

async function answer(
  line: string,
  commands: OperatorCommands,
  describe: (error: unknown) => string,
): Promise<OperatorAnswer> {
  try {
    const request: OperatorRequest = JSON.parse(line)
    const command = Object.hasOwn(commands, request.command) ? commands[request.command] : undefined
    return command ? await command(request) : { error: 'unknown command' }
  } catch (error) {
    return { error: describe(error) }
  }
}
