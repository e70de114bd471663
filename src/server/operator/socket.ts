import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { operatorAddress } from './address.ts'

/** What an operator on this machine asks for, one JSON object on a line. */
export interface OperatorRequest {
  readonly command: string
  /** passphrase, root secret share or content of a seal file; without one, a server takes what it was started with */
  readonly secret?: string
  /** drop the shares of a root secret that were given so far */
  readonly reset?: boolean
  /** of the seal that it is the secret of; that of the deployment unless given */
  readonly kind?: string
  /** what `reseal` changes them to */
  readonly newSecret?: string
  readonly newKind?: string
  /** of what a command beside the server has written */
  readonly file?: string
}

/** How far a command has come that takes its time; one JSON object on a line, before the answer. */
export interface OperatorProgress {
  readonly done: number
  readonly total: number
}
export type TellOperator = (progress: OperatorProgress) => void

/** The answer, one JSON object on a line: what was asked for, or `error` with one sentence. */
export type OperatorAnswer = Readonly<Record<string, unknown>>

export type OperatorCommands = Readonly<
  Record<string, (request: OperatorRequest, tell: TellOperator) => Promise<OperatorAnswer> | OperatorAnswer>
>

/** 255 shares of a former secret and as many of a new one fit in */
const maxRequestBytes = 64 * 1024

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
    const send = (line: object): string => `${JSON.stringify(line)}\n`
    const tell = (progress: OperatorProgress): void => void (socket.writable && socket.write(send({ progress })))
    void answer(text.slice(0, end), { commands, describe, tell }).then((found) => socket.end(send(found)))
  })
}

interface Answering {
  readonly commands: OperatorCommands
  readonly describe: (error: unknown) => string
  readonly tell: TellOperator
}

async function answer(line: string, { commands, describe, tell }: Answering): Promise<OperatorAnswer> {
  try {
    const request: OperatorRequest = JSON.parse(line)
    const command = Object.hasOwn(commands, request.command) ? commands[request.command] : undefined
    return command ? await command(request, tell) : { error: 'unknown command' }
  } catch (error) {
    return { error: describe(error) }
  }
}
