import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { keyFileSeal } from './key-seal.ts'
import { whyNotPrivate } from './secret-file.ts'

const modes: [mode: number, uid: number, isPrivate: boolean][] = [
  [0o600, 1000, true],
  [0o400, 1000, true],
  [0o440, 1000, false],
  [0o604, 1000, false],
  [0o600, 0, true],
  [0o440, 0, true],
  [0o640, 0, true],
  [0o660, 0, false],
  [0o450, 0, false],
  [0o444, 0, false],
  [0o441, 0, false],
]
const octal = (mode: number): string => mode.toString(8)

for (const [mode, uid, isPrivate] of modes)
  test(`a secret file of ${uid === 0 ? 'root' : 'a user'} with mode ${octal(mode)} is ${isPrivate ? '' : 'not '}private`, {
    skip: process.platform === 'win32' && 'no modes here',
  }, () => {
    assert.equal(whyNotPrivate({ mode: 0o100_000 | mode, uid }) === undefined, isPrivate)
  })

describe('a key file', { skip: process.getuid?.() !== 0 && 'only root can give files away' }, () => {
  const keyFile = (t: TestContext, uid: number, mode: number): string => {
    const folder = mkdtempSync(join(tmpdir(), 'keyhaven-secret-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'root.key')
    writeFileSync(path, 'ab'.repeat(32))
    chownSync(path, uid, 1000)
    chmodSync(path, mode)
    assert.equal(statSync(path).mode & 0o777, mode)
    return path
  }

  test('mounted for the group of the service is read', async (t) => {
    assert.equal((await keyFileSeal(keyFile(t, 0, 0o440), '/nowhere')).name, 'key-file')
  })

  test('that the group of an ordinary owner can read is not', async (t) => {
    await assert.rejects(keyFileSeal(keyFile(t, 1000, 0o440), '/nowhere'), /can be read by others/)
  })
})

test('what a shell hands over through a pipe is read as a file is', {
  skip: process.platform === 'win32' && 'no such path here',
}, () => {
  const program = `
    import { readSecretText } from ${JSON.stringify(import.meta.resolve('./secret-file.ts'))}
    const file = { path: '/dev/stdin', what: 'passphrase file', dataDirectory: '/nowhere', maxBytes: 10 }
    console.log(await readSecretText(file).catch(({ message }) => message))`
  const handedOver = (text: string): string =>
    execFileSync('sh', ['-c', 'printf %s "$2" | "$0" --input-type=module -e "$1"', process.execPath, program, text], {
      encoding: 'utf8',
    })
  assert.equal(handedOver('ten bytes!'), 'ten bytes!\n')
  assert.match(handedOver('ten bytes!!'), /^The passphrase file \/dev\/stdin is too long/)
})
