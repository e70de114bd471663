import type { ChainSeal } from '../audit/chain-seal.ts'
import type { AuditFolder } from '../audit/folder.ts'
import type { Log } from '../log.ts'
import type { Receiver } from './receiver.ts'
import { Shipper } from './shipper.ts'

export interface ShippingOptions {
  readonly receivers: readonly Receiver[]
  readonly log: Log
}

/** How far a receiver is. */
export type ReceiverState = Pick<Shipper, 'receiver' | 'shipped' | 'lagRecords' | 'lagSeconds' | 'failures' | 'problem'>

const idleMs = 1000
const retryMs = 1000
const timeoutMs = 30_000
const graceMs = 3000

/** Sends the audit log of this server to everybody who is to have a copy. */
export class Shipping {
  readonly #options: ShippingOptions
  #shippers: readonly Shipper[] = []

  constructor(options: ShippingOptions) {
    this.#options = options
  }

  get receivers(): readonly ReceiverState[] {
    return this.#shippers
  }

  /** The last record that all have for certain. */
  async received(seal: ChainSeal): Promise<number> {
    if (this.#options.receivers.length > this.#shippers.length) return 0
    return Math.min(...(await Promise.all(this.#shippers.map((shipper) => shipper.received(seal)))))
  }

  /** @param size - number of the last record that is acknowledged */
  start(folder: AuditFolder, size: () => number): void {
    const { receivers, log } = this.#options
    this.#shippers = receivers.map(
      (receiver) =>
        new Shipper({
          ...{ receiver, folder, size, idleMs, retryMs, timeoutMs, random: Math.random },
          report: {
            failed: (name, error) => log.write('warn', `the audit log cannot be sent (${name})`, { error }),
            recovered: (name) => log.write('info', `the audit log can be sent again (${name})`),
          },
        }),
    )
    for (const shipper of this.#shippers) shipper.start()
  }

  /** Sends what there is, unless that takes too long; the next start goes on with it. */
  async finish(): Promise<void> {
    await Promise.all(this.#shippers.map((shipper) => shipper.finish(graceMs)))
  }
}
