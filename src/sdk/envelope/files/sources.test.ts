import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decrypt } from '../decrypt.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile } from './encrypt-file.ts'
import { EnvelopeFile } from './envelope-file.ts'
import { journalPath } from './header-journal.ts'
import { contentOf, InputFile } from './input-file.ts'
import { inspectFile } from './inspect-file.ts'
import { rewrapFile } from './rewrap-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-test-'))
after(() => rm(folder, { recursive: true }))
let count = 0
const fresh = (): string => {
  count += 1
  return join(folder, `file-${count}`)
}
const keyId = 'alias/Apollo/WorkKey'
const kms = new MemoryKms(keyId, 'alias/other')
const text = Buffer.from('日期,地区,金额\n')

/** Every form that a writer chooses by the size of its source, and one that holds all in memory. */
const formats = ['keyhaven', 'auto', 'java-go-gcm-3line', 'sdk-message', 'sdk-stream'] as const

async function sealed(content: Uint8Array = text): Promise<string> {
  const [plain, target] = [fresh(), fresh()]
  writeFileSync(plain, content)
  await encryptFile(plain, target, { kms, keyId })
  return target
}

const unavailable = (path: string): string | false => !existsSync(path) && `${path} is not here`

describe('a file whose size is not what stat says', () => {
  /** Sizes of 0 and of a whole page; what is in them is known. */
  const liars = ['/proc/version', '/proc/self/status', '/sys/kernel/mm/transparent_hugepage/enabled']
  const stable = (path: string): boolean => path !== '/proc/self/status'

  for (const path of liars)
    for (const format of formats)
      test(`${path} goes to ${format} as it reads`, { skip: unavailable(path) }, async () => {
        const target = fresh()
        await encryptFile(path, target, { kms, keyId, format })
        const { plaintext } = await decrypt(readFileSync(target), { kms })
        if (stable(path)) assert.deepEqual(Buffer.from(plaintext), readFileSync(path))
        else assert.match(Buffer.from(plaintext).toString(), /^Name:[\s\S]*^Pid:/m)
      })

  for (const path of liars)
    test(`${path} is not believed to have places`, { skip: unavailable(path) }, async () => {
      const input = await InputFile.open(path)
      assert.equal(input.size, undefined)
      await input.close()
      await assert.rejects(EnvelopeFile.open(path, { kms }), { code: 'InvalidArgument' })
    })

  test('an empty file is known to be empty, and a full one to be full', async () => {
    for (const content of ['', 'x', 'x'.repeat(300_000)]) {
      const path = fresh()
      writeFileSync(path, content)
      const input = await InputFile.open(path)
      assert.equal(input.size, content.length)
      assert.equal(Buffer.concat(await Array.fromAsync(input.content())).toString(), content)
      await input.close()
    }
  })
})

test('the holes of a sparse file come back as zeros', async () => {
  const [plain, target, opened] = [fresh(), fresh(), fresh()]
  writeFileSync(plain, 'start')
  truncateSync(plain, 20 << 20)
  appendFileSync(plain, 'end')
  for (const format of ['keyhaven', 'sdk-stream'] as const) {
    await encryptFile(plain, target, { kms, keyId, format, force: true })
    await decryptFile(target, opened, { kms, force: true })
    assert.ok(readFileSync(opened).equals(readFileSync(plain)))
  }
})

describe('a file that changes', () => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    grows: (path) => appendFileSync(path, 'more'),
    shrinks: (path) => truncateSync(path, 3),
    'is rewritten': (path) => writeFileSync(path, 'x'.repeat(100_000)),
  }
  for (const [name, change] of Object.entries(changes))
    test(`a file that ${name} while it is read in order is refused`, async () => {
      const path = fresh()
      writeFileSync(path, 'y'.repeat(1_000_000))
      const reading = async (): Promise<void> => {
        let portions = 0
        for await (const _ of contentOf(path)) {
          portions += 1
          if (portions === 1) change(path)
        }
      }
      await assert.rejects(reading(), { code: 'SourceChanged' })
    })

  test('somebody who goes on writing is not read after forever', async () => {
    const path = fresh()
    writeFileSync(path, 'y')
    const input = await InputFile.open(path)
    const writing = async (): Promise<void> => {
      for await (const _ of input.content()) appendFileSync(path, 'y')
    }
    await assert.rejects(writing(), { code: 'SourceChanged' })
    await input.close()
  })

  test('an envelope that grows while its keys are changed is left as it is', async () => {
    const path = await sealed()
    const slow = new MemoryKms()
    slow.decrypt = async (request) => {
      appendFileSync(path, 'more')
      return kms.decrypt(request)
    }
    slow.encrypt = (request) => kms.encrypt(request)
    const before = readFileSync(path)
    await assert.rejects(rewrapFile(path, { kms: slow, to: 'alias/other' }), { code: 'SourceChanged' })
    assert.ok(readFileSync(path).equals(Buffer.concat([before, Buffer.from('more')])))
    assert.ok(!existsSync(journalPath(path)))
  })
})

test('devices are read to their end, and one without an end no further than the format goes', async () => {
  const [target, opened] = [fresh(), fresh()]
  for (const format of ['keyhaven', 'sdk-stream', 'java-go-gcm-3line'] as const) {
    await encryptFile('/dev/null', target, { kms, keyId, format, force: true })
    await decryptFile(target, opened, { kms, force: true })
    assert.equal(statSync(opened).size, 0)
  }
  await assert.rejects(encryptFile('/dev/zero', fresh(), { kms, keyId, format: 'online' }), { code: 'TooLarge' })
  await assert.rejects(rewrapFile('/dev/null', { kms, to: keyId }), { code: 'InvalidArgument' })
})

const makePipe = (): string => {
  const path = fresh()
  execFileSync('mkfifo', [path])
  return path
}
const noPipes = process.platform === 'win32' && 'there are no named pipes in its folders'

describe('a named pipe', { skip: noPipes }, () => {
  /** Writes into a pipe as soon as somebody reads, and ends it. A reader may have seen enough before that. */
  const feed = async (path: string, content: Uint8Array): Promise<void> => {
    const pipe = await open(path, 'w')
    try {
      await pipe.writeFile(content)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EPIPE')
    } finally {
      await pipe.close()
    }
  }

  for (const format of formats)
    test(`is read until its writer ends it, to ${format} and back`, async () => {
      const [pipe, target, opened] = [makePipe(), fresh(), fresh()]
      const content = Buffer.alloc(700_000, text)
      await Promise.all([feed(pipe, content), encryptFile(pipe, target, { kms, keyId, format })])
      const envelope = readFileSync(target)
      const [description] = await Promise.all([inspectFile(pipe), feed(pipe, envelope)])
      assert.ok(format === 'auto' || description.format === format)
      await Promise.all([feed(pipe, envelope), decryptFile(pipe, opened, { kms })])
      assert.ok(readFileSync(opened).equals(content))
    })

  test('has no places to read from and is never changed', async () => {
    const pipe = makePipe()
    await assert.rejects(rewrapFile(pipe, { kms, to: keyId }), { code: 'InvalidArgument' })
    await assert.rejects(Promise.all([EnvelopeFile.open(pipe, { kms }), feed(pipe, text)]), {
      code: 'InvalidArgument',
    })
    assert.ok(statSync(pipe).isFIFO())
  })

  test('that nobody writes into can be given up', async () => {
    const pipe = makePipe()
    for (const work of [
      (signal: AbortSignal) => encryptFile(pipe, fresh(), { kms, keyId, signal }),
      (signal: AbortSignal) => decryptFile(pipe, fresh(), { kms, signal }),
    ]) {
      const controller = new AbortController()
      const waiting = work(controller.signal)
      setImmediate(() => controller.abort())
      await assert.rejects(waiting, { code: 'Aborted' })
      await feed(pipe, text)
    }
  })

  test('whose writer says nothing can be given up', async () => {
    const pipe = makePipe()
    for (const work of [
      (signal: AbortSignal) => encryptFile(pipe, fresh(), { kms, keyId, signal }),
      (signal: AbortSignal) => decryptFile(pipe, fresh(), { kms, signal }),
    ]) {
      const controller = new AbortController()
      const waiting = work(controller.signal)
      const writer = await open(pipe, 'w')
      controller.abort()
      await assert.rejects(waiting, { code: 'Aborted' })
      await writer.close()
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.partial')),
      [],
    )
  })
})

describe('a target that is no file', () => {
  const targets: readonly [string, () => string, string | false][] = [
    ['a device', () => '/dev/null', unavailable('/dev/null')],
    ['a named pipe', makePipe, noPipes],
    [
      'a link to a device',
      () => {
        const link = fresh()
        symlinkSync('/dev/null', link)
        return link
      },
      unavailable('/dev/null'),
    ],
    [
      'a folder',
      () => {
        const path = fresh()
        mkdirSync(path)
        return path
      },
      false,
    ],
  ]
  for (const [name, target, skip] of targets)
    test(`${name} is not replaced by one, whatever force says`, { skip }, async () => {
      const plain = fresh()
      writeFileSync(plain, 'x')
      for (const force of [false, true])
        await assert.rejects(encryptFile(plain, target(), { kms, keyId, force }), { code: 'InvalidArgument' })
      assert.ok(statSync('/dev/null').isCharacterDevice())
    })
})

describe('a long name', () => {
  const longest = Buffer.byteLength('金'.repeat(82))
  for (const name of ['n'.repeat(246), '金'.repeat(82)])
    test(`${name.length} characters leave room for .cipher, and so they are encrypted, decrypted and rewrapped`, async () => {
      assert.equal(longest, 246)
      const at = mkdtempSync(join(folder, 'long-'))
      const plain = join(at, name)
      writeFileSync(plain, text)
      await encryptFile(plain, `${plain}.cipher`, { kms, keyId })
      await rewrapFile(`${plain}.cipher`, { kms, to: 'alias/other' })
      const interrupted = journalPath(`${plain}.cipher`)
      writeFileSync(interrupted, readFileSync(`${plain}.cipher`).subarray(0, 4096))
      await rewrapFile(`${plain}.cipher`, { kms, to: keyId })
      assert.ok(!existsSync(interrupted))
      await decryptFile(`${plain}.cipher`, plain, { kms, force: true })
      assert.deepEqual(readdirSync(at).sort(), [name, `${name}.cipher`].sort())
      assert.deepEqual(readFileSync(plain), text)
    })

  test('one that is too long for a file is refused before anything is read', async () => {
    const calls = kms.calls.length
    const plain = fresh()
    writeFileSync(plain, 'x')
    await assert.rejects(encryptFile(plain, join(folder, 'n'.repeat(256)), { kms, keyId }), {
      code: 'FileFailed',
      message: /name too long$/,
    })
    assert.equal(kms.calls.length, calls)
  })
})

test('rewrapping through a link changes the file and leaves the link', async () => {
  const path = await sealed()
  const link = fresh()
  symlinkSync(path, link)
  await rewrapFile(link, { kms, to: 'alias/other' })
  assert.equal((await inspectFile(path)).keys[0]?.name, 'alias/other')
  const names = Array.from({ length: 40 }, (_, index) => `alias/${index}`)
  for (const name of names) kms.create(name)
  assert.equal((await rewrapFile(link, { kms, to: names })).isInPlace, false)
  assert.equal((await inspectFile(path)).keys.length, 40)
  assert.equal(readFileSync(link).length, readFileSync(path).length)
})

test('a journal that cannot be read is not taken for none', async () => {
  const path = await sealed()
  mkdirSync(journalPath(path))
  await assert.rejects(rewrapFile(path, { kms, to: 'alias/other' }), { code: 'FileFailed' })
  assert.ok(existsSync(journalPath(path)))
})
