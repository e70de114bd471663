import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIP, isIPv6, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { NotDelivered, notDelivered, type Receiver } from './receiver.ts'
import { syslogMessage } from './syslog-message.ts'

export interface SyslogReceiverOptions {
  readonly transport: 'tls' | 'tcp' | 'udp'
  readonly host: string
  readonly port: number
  /** CA certificates, PEM; those of the system unless given */
  readonly ca?: readonly string[] | undefined
  /** how long a connection stays open after everything was sent */
  readonly settleMs?: number | undefined
}

export const syslogReceiver = (options: SyslogReceiverOptions): Receiver =>
  options.transport === 'udp' ? datagrams(options) : streams(options)

/**
 * One connection for each batch (RFC 5425, RFC 6587 §3.4.1: octet counting). The protocol has no answers; but who closes
 * a connection after it was ended here has read all of it (RFC 5425 §4.4), and only then does the batch count. Who would
 * have closed it anyway, without reading, does so while this end is still open.
 */
const streams = (options: SyslogReceiverOptions): Receiver => ({
  name: 'syslog',
  mostRecords: 8000,
  async deliver({ records }, signal) {
    const socket = open(options)
    const abort = () => socket.destroy(new NotDelivered('it took too long'))
    signal.addEventListener('abort', abort)
    try {
      await once(socket, options.transport === 'tls' ? 'secureConnect' : 'connect')
      const closed = closeOf(socket)
      for (const record of records) {
        const message = syslogMessage(record)
        if (!socket.write(`${Buffer.byteLength(message)} ${message}`))
          await Promise.race([once(socket, 'drain'), closed])
      }
      await Promise.race([wait(options.settleMs ?? usualSettleMs, undefined, { ref: false }), closed])
      if (socket.readableEnded || socket.destroyed) throw new NotDelivered('it closed before it had everything')
      socket.end()
      await closed
    } catch (error) {
      throw notDelivered(error)
    } finally {
      signal.removeEventListener('abort', abort)
      socket.destroy()
    }
  },
})

/** Longer than the way there and back. */
const usualSettleMs = 500

function open({ transport, host, port, ca }: SyslogReceiverOptions): Socket {
  if (transport === 'tcp') return connect({ host, port })
  const named = isIP(host) ? {} : { servername: host }
  return connectTls({ host, port, minVersion: 'TLSv1.2', ...named, ...(ca && { ca: [...ca] }) })
}

/**
 * When both ends are closed.
 *
 * @throws Error when it was broken off
 */
function closeOf(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  socket.on('error', reject)
  socket.on('close', () => (socket.readableEnded ? resolve() : reject(new NotDelivered('it broke off'))))
  // an end is seen only where somebody reads
  socket.resume()
  return promise
}

/** RFC 5426 §3.2: what a datagram can hold, less some for the header that IPv6 adds */
const longestDatagram = 65_000

/** Whatever of it is lost on its way is lost: nobody says so. */
const datagrams = ({ host, port }: SyslogReceiverOptions): Receiver => ({
  name: 'syslog',
  mostRecords: 1000,
  async deliver({ records }) {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    try {
      for (const record of records) {
        const bytes = Buffer.from(syslogMessage(record)).subarray(0, longestDatagram)
        await new Promise<void>((resolve, reject) =>
          socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve())),
        )
      }
    } catch (error) {
      throw notDelivered(error)
    } finally {
      socket.close()
    }
  },
})
