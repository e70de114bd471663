import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface LinkProxy {
  readonly port: number
  /** Nothing gets through any more, and nobody is told: connections stay, and new ones are taken. */
  cut(): void
  /** What gets through comes so much later. */
  delay(milliseconds: number): void
  /** As at first; connections from the time of a cut are lost, as those in a network are. */
  mend(): void
  close(): Promise<void>
}

/** A network link to a port of this machine. */
export async function startLinkProxy(port: number): Promise<LinkProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  let delayMs = 0
  const forward = (from: Socket, to: Socket): void => {
    let order = Promise.resolve()
    const inOrder = (work: () => void): void => {
      order = order.then(async () => {
        if (delayMs > 0) await wait(delayMs)
        if (!isCut) work()
      })
    }
    from.on('data', (bytes) => inOrder(() => to.write(bytes)))
    from.on('close', () => inOrder(() => to.destroy()))
  }
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    forward(client, upstream)
    forward(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const loseAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
    },
    delay(milliseconds) {
      delayMs = milliseconds
    },
    mend() {
      delayMs = 0
      if (isCut) loseAll()
      isCut = false
    },
    async close() {
      loseAll()
      server.close()
      await once(server, 'close')
    },
  }
}
