import { type ChildProcess, fork } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { BareSettings } from './bare-process.ts'
import { localIdentity } from './identity.ts'
import type { ComparedServer, Load, Work } from './server.ts'

/**
 * Node's own HTTPS server with the cryptography of a call and nothing else: bare-process.ts. It is asked what `model` is
 * asked, byte for byte.
 */
export async function startBare(model: ComparedServer): Promise<ComparedServer> {
  const loads = new Map<Work, Load | undefined>()
  const loadOf = async (work: Work): Promise<Load | undefined> => {
    if (!loads.has(work)) loads.set(work, await model.load(work))
    return loads.get(work)
  }
  const instance = (await loadOf('instance Encrypt'))?.instance
  if (!instance) throw new Error(`${model.name} has no instance gateway`)
  const { ca, ...identity } = await localIdentity()
  const publicKey = createPublicKey(instance.privateKey).export({ type: 'spki', format: 'pem' }).toString()
  const child = fork(join(import.meta.dirname, 'bare-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  child.send({ identity, publicKey } satisfies BareSettings)
  const [{ port }] = (await once(child, 'message')) as [AddressInfo]
  const at = { origin: `https://127.0.0.1:${port}`, ca }
  return {
    name: 'bare node:https',
    pid: child.pid ?? 0,
    async load(work) {
      const load = served.has(work) ? await loadOf(work) : undefined
      if (!load) return undefined
      return {
        calls: load.calls,
        public: load.public && { ...load.public, ...at },
        instance: load.instance && { ...load.instance, ...at },
      }
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

const served: ReadonlySet<Work> = new Set<Work>(['Encrypt', 'Decrypt', 'GenerateDataKey', 'instance Encrypt'])

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}
