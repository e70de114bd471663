import { createReadStream, createWriteStream, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  ChunkWorkers,
  DataKeyCache,
  decryptFile,
  decryptStream,
  encryptFile,
  encryptStream,
} from '../../sdk/envelope/index.ts'
import { localKms } from './local-kms.ts'

/** One measured run in a process of its own: `child.ts WORK THREADS SOURCE TARGET`; tells its CPU time and peak memory. */
const [work = '', threads = '1', source = '', target = ''] = process.argv.slice(2)
const kms = localKms(new Uint8Array(32))

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  encrypt: () => withThreads((workers) => encryptFile(source, target, { kms, keyId: 'local', workers })),
  decrypt: () => withThreads((workers) => decryptFile(source, target, { kms, workers })),
  'encrypt-files': () => withThreads(encryptFiles),
  'encrypt-stream': () =>
    pipeline(encryptStream(createReadStream(source, bigReads), { kms, keyId: 'local' }), createWriteStream(target)),
  'decrypt-stream': () =>
    pipeline(decryptStream(createReadStream(source, bigReads), { kms }), createWriteStream(target)),
  copy: plainCopy,
}
const bigReads = { highWaterMark: 1 << 20 }

async function withThreads(use: (workers: ChunkWorkers) => Promise<unknown>): Promise<void> {
  const workers = new ChunkWorkers(Number(threads))
  await use(workers)
  await workers.close()
}

/** Every file of a folder into another, eight at once under one cache of data keys, as the command does. */
async function encryptFiles(workers: ChunkWorkers): Promise<void> {
  const names = readdirSync(source).values()
  const settings = { kms, keyId: 'local', cache: new DataKeyCache(), workers }
  const one = async (): Promise<void> => {
    for (const name of names) await encryptFile(join(source, name), join(target, name), settings)
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

/** The least that a Node program can do with a file: read it and write it, a mebibyte at a time. */
async function plainCopy(): Promise<void> {
  const [input, output] = [await open(source, 'r'), await open(target, 'wx')]
  const buffer = new Uint8Array(1 << 20)
  for (let position = 0; ; ) {
    const { bytesRead } = await input.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    await output.write(buffer, 0, bytesRead, position)
    position += bytesRead
  }
  await Promise.all([input.close(), output.close()])
}

await works[work]?.()
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMebibytes: maxRSS / 1024 }))
