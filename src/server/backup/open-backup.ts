import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Deployment, decodeDeployment, deploymentOf } from '../../core/sealing/deployment.ts'
import { Keyring } from '../../core/sealing/keyring.ts'
import type { RootKeys } from '../../core/sealing/root-key.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { unsealStored } from '../../core/sealing/unseal.ts'
import type { StoredRecord } from '../../core/store.ts'
import { newestSchema } from '../../store/migrations/migrate.ts'
import { ConfigError } from '../config/load.ts'
import {
  archiveKey,
  damaged,
  decodeRecord,
  type Header,
  type Manifest,
  type Met,
  openEntries,
  readHeader,
} from './archive.ts'

/** A backup whose root secret fits. What is read of it is what was written, or reading fails. */
export interface Backup {
  readonly header: Header
  readonly deployment: Deployment
  readonly keys: RootKeys
  readonly keyring: Keyring
  /** Records come first. */
  readonly entries: AsyncGenerator<Met>
}

/**
 * @param seal - of the moment of the backup
 * @throws ConfigError, UnsealFailure
 */
export async function openBackup(file: string, seal: (deployment: Deployment) => Promise<Seal>): Promise<Backup> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`${file} cannot be read (${cause.code})`)
  })
  if (!found.isFile()) throw new ConfigError(`${file} is no file`)
  const { header, headerBytes, sealed } = await readHeader(createReadStream(file))
  if (header.schema > newestSchema)
    throw new ConfigError(
      `the backup is of a newer release of Keyhaven (schema ${header.schema}): restore it with that`,
    )
  const deployment = deploymentOf(decodeDeployment(header.deployment))
  const keyring = new Keyring()
  const keys = await unsealStored(header.deployment, await seal(deployment))
  keyring.unseal(keys)
  const entries = openEntries(archiveKey(keyring.derive('backup'), headerBytes), sealed)
  return { header, deployment, keys, keyring, entries }
}

/** The records, which are the first entry. */
export async function* recordsIn(entries: AsyncGenerator<Met>): AsyncGenerator<readonly StoredRecord[]> {
  const first = await next(entries)
  if (first.type !== 'open' || first.path !== 'records') throw damaged()
  for (let met = await next(entries); met.type !== 'close'; met = await next(entries)) {
    if (met.type !== 'data') throw damaged()
    const lines = Buffer.from(met.bytes).toString().split('\n')
    yield lines.filter((line) => line !== '').map(decodeRecord)
  }
}

export interface FileSink {
  write(bytes: Uint8Array): Promise<void> | void
  close(): Promise<void> | void
}

/** Every other entry, a file each. @returns the manifest, once all of it is known to be what was written */
export async function filesIn(
  entries: AsyncGenerator<Met>,
  openFile: (path: string) => Promise<FileSink> | FileSink,
): Promise<Manifest> {
  let sink: FileSink | undefined
  for (;;) {
    const met = await next(entries)
    if (met.type === 'end') return met.manifest
    if (met.type === 'open') {
      // authenticated, so nobody else wrote it; all the same it names no place outside
      if (!/^(?:audit|tls)\/[\w-]+(?:\.[\w-]+)*$/.test(met.path)) throw damaged()
      sink = await openFile(met.path)
    } else if (met.type === 'data') await sink?.write(met.bytes)
    else await sink?.close()
  }
}

/** Not by `for await`, whose end would end the generator with it. */
async function next(entries: AsyncGenerator<Met>): Promise<Met> {
  const { done, value } = await entries.next()
  if (done) throw damaged()
  return value
}
