import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decryptStream } from '../decrypt.ts'
import { encrypt, encryptStream } from '../encrypt.ts'
import type { EnvelopeKms } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import { envelopeFormats } from '../formats.ts'
import { ChunkWorkers } from './chunk-workers.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile } from './encrypt-file.ts'
import { EnvelopeFile } from './envelope-file.ts'
import { inspectFile } from './inspect-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-test-'))
after(() => rm(folder, { recursive: true }))
let count = 0
const fresh = (): string => {
  count += 1
  return join(folder, `file-${count}`)
}
const keyId = 'alias/Apollo/WorkKey'
const kms = new MemoryKms()

function patterned(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) * 7 + 11) & 0xff))
}

function source(content: Uint8Array): string {
  const path = fresh()
  writeFileSync(path, content)
  return path
}

/** Files in the folder whose name says that they are unfinished. */
const leftovers = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.partial'))

async function roundTrip(content: Uint8Array, options: object = {}, workers?: ChunkWorkers): Promise<Buffer> {
  const [plain, sealed, opened] = [source(content), fresh(), fresh()]
  const shared = workers ? { workers } : {}
  await encryptFile(plain, sealed, { kms, keyId, ...shared, ...options })
  await decryptFile(sealed, opened, { kms, ...shared, allowUnauthenticated: true })
  return readFileSync(opened)
}

for (const format of [...envelopeFormats, 'auto'] as const)
  test(`a file of a few bytes goes to ${format} and back`, async () => {
    const content = Buffer.from('日期,地区,金额\n')
    assert.deepEqual(await roundTrip(content, { format }), content)
  })

test('sizes around chunk borders go to files and back, in threads and at once', async () => {
  const workers = new ChunkWorkers(2)
  try {
    for (const size of [0, 1, 4095, 4096, 4097, 65535, 65536, 65537, 16 * 4096, 16 * 4096 + 1, 33 * 4096])
      assert.ok(
        (await roundTrip(patterned(size), { chunkBytes: 4096 }, workers)).equals(patterned(size)),
        `${size} bytes`,
      )
    for (const size of [9 << 20, (9 << 20) + 1])
      assert.ok((await roundTrip(patterned(size), {}, workers)).equals(patterned(size)), `${size} bytes`)
    const sm4 = patterned((2 << 20) + 3)
    assert.ok((await roundTrip(sm4, { algorithm: 'SM4_GCM' }, workers)).equals(sm4))
  } finally {
    await workers.close()
  }
})

test('files and streams of the same format open each other', async () => {
  const content = patterned(700_001)
  const [sealed, opened] = [fresh(), fresh()]
  await encryptFile(source(content), sealed, { kms, keyId })
  const streamed = Buffer.concat(
    await Array.fromAsync(decryptStream([readFileSync(sealed)], { kms }) as AsyncIterable<Uint8Array>),
  )
  assert.ok(streamed.equals(content))
  const other = source(
    Buffer.concat(await Array.fromAsync(encryptStream([content], { kms, keyId }) as AsyncIterable<Uint8Array>)),
  )
  await decryptFile(other, opened, { kms })
  assert.ok(readFileSync(opened).equals(content))
})

test('a file is refused when the reader expects another format', async () => {
  const [sealed, opened] = [fresh(), fresh()]
  await encryptFile(source(Buffer.from('x')), sealed, { kms, keyId })
  await assert.rejects(decryptFile(sealed, opened, { kms, format: 'online' }), { code: 'UnknownFormat' })
  assert.ok(!existsSync(opened))
})

test('an existing output is kept unless overwriting is asked for', async () => {
  const [plain, target] = [source(Buffer.from('new')), source(Buffer.from('old'))]
  await assert.rejects(encryptFile(plain, target, { kms, keyId }), { code: 'TargetExists' })
  assert.equal(readFileSync(target, 'utf8'), 'old')
  await encryptFile(plain, target, { kms, keyId, force: true })
  assert.equal((await inspectFile(target)).format, 'keyhaven')
})

test('an output that appears while the work is done is kept', async () => {
  const [plain, target] = [source(Buffer.alloc(100)), fresh()]
  const slow = new MemoryKms()
  const { generateDataKey } = slow
  slow.generateDataKey = async (request) => {
    writeFileSync(target, 'somebody else')
    return generateDataKey.call(slow, request)
  }
  await assert.rejects(encryptFile(plain, target, { kms: slow, keyId }), { code: 'TargetExists' })
  assert.equal(readFileSync(target, 'utf8'), 'somebody else')
  assert.deepEqual(leftovers(), [])
})

test('a file is never written over itself', async () => {
  const plain = source(Buffer.from('precious'))
  const link = fresh()
  symlinkSync(plain, link)
  for (const target of [plain, link])
    await assert.rejects(encryptFile(plain, target, { kms, keyId, force: true }), { code: 'InvalidArgument' })
  assert.equal(readFileSync(plain, 'utf8'), 'precious')
})

test('outputs get the permissions of their source', async () => {
  const [plain, sealed, opened] = [source(Buffer.from('x')), fresh(), fresh()]
  chmodSync(plain, 0o640)
  await encryptFile(plain, sealed, { kms, keyId })
  await decryptFile(sealed, opened, { kms })
  assert.deepEqual(
    [sealed, opened].map((path) => statSync(path).mode & 0o777),
    [0o640, 0o640],
  )
})

for (const [name, change] of [
  ['grows', (path: string) => writeFileSync(path, Buffer.alloc(50_000), { flag: 'a' })],
  ['shrinks', (path: string) => truncateSync(path, 10)],
  ['is rewritten', (path: string) => writeFileSync(path, Buffer.alloc(100_000, 2))],
] as const)
  test(`a source that ${name} while it is read makes no output`, async () => {
    const [plain, target] = [source(Buffer.alloc(100_000, 1)), fresh()]
    const slow = new MemoryKms()
    const { generateDataKey } = slow
    slow.generateDataKey = async (request) => {
      change(plain)
      return generateDataKey.call(slow, request)
    }
    await assert.rejects(encryptFile(plain, target, { kms: slow, keyId }), { code: 'SourceChanged' })
    assert.ok(!existsSync(target))
    assert.deepEqual(leftovers(), [])
  })

test('a source, folder or target that does not exist is one clear line', async () => {
  const plain = source(Buffer.from('x'))
  const missing = join(folder, 'missing', 'file')
  await assert.rejects(encryptFile(missing, fresh(), { kms, keyId }), {
    code: 'FileFailed',
    message: `cannot read ${missing}: no such file or directory`,
  })
  await assert.rejects(encryptFile(plain, missing, { kms, keyId }), {
    code: 'FileFailed',
    message: `cannot write ${missing}: no such file or directory`,
  })
  await assert.rejects(encryptFile(folder, fresh(), { kms, keyId }), {
    code: 'InvalidArgument',
    message: `${folder} is a folder`,
  })
})

for (const size of [1000, 9 << 20])
  test(`a damaged file of ${size} bytes leaves no output and is itself untouched`, async () => {
    const [plain, sealed, target] = [source(patterned(size)), fresh(), fresh()]
    await encryptFile(plain, sealed, { kms, keyId })
    const altered = readFileSync(sealed)
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
    writeFileSync(sealed, altered)
    await assert.rejects(decryptFile(sealed, target, { kms }), { code: 'AuthenticationFailed' })
    truncateSync(sealed, altered.length - 1)
    await assert.rejects(decryptFile(sealed, target, { kms }), EnvelopeError)
    assert.ok(!existsSync(target))
    assert.deepEqual(leftovers(), [])
  })

test('a signal stops the work and leaves nothing behind', async () => {
  const controller = new AbortController()
  const [plain, target] = [source(Buffer.alloc(40 << 20)), fresh()]
  const options = {
    kms,
    keyId,
    algorithm: 'SM4_GCM',
    signal: controller.signal,
    onProgress: () => controller.abort(),
  } as const
  await assert.rejects(encryptFile(plain, target, options), { code: 'Aborted' })
  assert.ok(!existsSync(target))
  assert.deepEqual(leftovers(), [])
})

test('progress ends at the size of the source', async () => {
  const plain = source(Buffer.alloc(300_000))
  const seen: number[] = []
  await encryptFile(plain, fresh(), { kms, keyId, onProgress: (done, total) => seen.push(done, total ?? 0) })
  assert.deepEqual(seen.slice(-2), [300_000, 300_000])
})

test('a device is read to its end', async () => {
  const [sealed, opened] = [fresh(), fresh()]
  await encryptFile('/dev/null', sealed, { kms, keyId })
  await decryptFile(sealed, opened, { kms })
  assert.equal(statSync(opened).size, 0)
})

test('any range of a large envelope is read without the rest', async () => {
  const content = patterned(20 * 4096 + 100)
  const sealed = fresh()
  await encryptFile(source(content), sealed, { kms, keyId, chunkBytes: 4096 })
  const file = await EnvelopeFile.open(sealed, { kms })
  try {
    assert.equal(file.plaintextBytes, content.length)
    for (const [start, end] of [
      [0, 0],
      [0, 1],
      [4095, 4097],
      [4096, 8192],
      [5000, 50_000],
      [content.length - 1, content.length],
      [0, content.length],
    ] as const) {
      const part = Buffer.concat(await Array.fromAsync(file.read({ start, end }) as AsyncIterable<Uint8Array>))
      assert.ok(part.equals(content.subarray(start, end)), `${start} to ${end}`)
    }
    for (const range of [{ start: -1 }, { end: content.length + 1 }, { start: 5, end: 4 }, { start: 0.5 }])
      assert.throws(() => file.read(range), { code: 'InvalidArgument' })
  } finally {
    await file.close()
  }
})

test('a range is refused when its own chunk is damaged, and the file when its end is missing', async () => {
  const sealed = fresh()
  await encryptFile(source(patterned(10 * 4096)), sealed, { kms, keyId, chunkBytes: 4096 })
  const altered = readFileSync(sealed)
  const second = 4096 + 4112 + 5
  altered[second] = (altered[second] ?? 0) ^ 1
  writeFileSync(sealed, altered)
  const file = await EnvelopeFile.open(sealed, { kms })
  assert.equal((await Array.fromAsync(file.read({ end: 4096 }))).length, 1)
  await assert.rejects(Array.fromAsync(file.read({ start: 4096, end: 4097 })), { code: 'AuthenticationFailed' })
  await file.close()
  truncateSync(sealed, 4096 + 5 * 4112)
  await assert.rejects(EnvelopeFile.open(sealed, { kms }), { code: 'AuthenticationFailed' })
})

test('only the format that has chunks is read by range', async () => {
  const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId, format: 'java-go-gcm-3line' })
  await assert.rejects(EnvelopeFile.open(source(ciphertext), { kms }), { code: 'UnknownFormat' })
})

/** The threads that `work` starts. */
async function threadsOf(work: () => Promise<unknown>): Promise<Worker[]> {
  const threads: Worker[] = []
  const note = (message: unknown): void => void threads.push((message as { worker: Worker }).worker)
  subscribe('worker_threads', note)
  try {
    await work()
    return threads
  } finally {
    unsubscribe('worker_threads', note)
  }
}

test('a thread that dies while nobody asks anything of it is replaced', async () => {
  await using workers = new ChunkWorkers(2)
  const content = patterned((1 << 19) + 1)
  const work = async () => assert.ok((await roundTrip(content, { algorithm: 'SM4_GCM' }, workers)).equals(content))
  const [first, second] = await threadsOf(work)
  assert.ok(first && second)
  first.emit('error', new Error('out of memory'))
  await Promise.all([first.terminate(), second.terminate()])
  assert.equal((await threadsOf(work)).length, 2)
})

test('threads that are ended while they work fail it, and leave nothing behind', async () => {
  const workers = new ChunkWorkers(2)
  const [plain, target] = [source(Buffer.alloc(40 << 20)), fresh()]
  const options = { kms, keyId, algorithm: 'SM4_GCM', workers, onProgress: () => void workers.close() } as const
  await assert.rejects(
    encryptFile(plain, target, options),
    /a thread of the envelope library failed: the thread has ended/,
  )
  assert.ok(!existsSync(target))
  assert.deepEqual(leftovers(), [])
})

test('a stream that fails before it is read is an error like any other', async () => {
  let failed = Promise.withResolvers<unknown>()
  const failing = () => {
    failed = Promise.withResolvers()
    return createReadStream(join(folder, 'missing')).once('close', failed.resolve)
  }
  // a data key that comes after the stream has failed
  const late =
    <Args extends unknown[], T>(method: (...args: Args) => Promise<T>) =>
    async (...args: Args) => {
      await failed.promise
      return method.apply(kms, args)
    }
  const slow: EnvelopeKms = {
    generateDataKey: late(kms.generateDataKey),
    encrypt: late(kms.encrypt),
    decrypt: late(kms.decrypt),
  }
  for (const work of [
    () => encryptFile(failing(), fresh(), { kms: slow, keyId }),
    () => Array.fromAsync(encryptStream(failing(), { kms: slow, keyId })),
    () => decryptFile(failing(), fresh(), { kms: slow }),
    () => Array.fromAsync(decryptStream(failing(), { kms: slow })),
  ]) {
    await assert.rejects(work(), /ENOENT|does not exist/)
  }
})
