import { spawn } from 'node:child_process'
import { argon2, secureHeapUsed } from 'node:crypto'
import { once } from 'node:events'
import { promisify } from 'node:util'

export interface Argon2Work {
  readonly message: Uint8Array
  /** salt */
  readonly nonce: Uint8Array
  /** KiB */
  readonly memory: number
  readonly passes: number
}

const argon2Async = promisify(argon2)
const tagLength = 32

/**
 * Argon2id with one lane (RFC 9106).
 *
 * With a secure heap OpenSSL takes all of Argon2's memory from it: 64 MiB and more, locked for as long as the process
 * lives. So a process of its own does the work then; the passphrase goes to it through a pipe, the key comes back so.
 *
 * @returns 32 bytes
 */
export async function argon2id(work: Argon2Work): Promise<Uint8Array> {
  const isHeapSecure = (secureHeapUsed()?.total ?? 0) > 0
  return isHeapSecure ? inOwnProcess(work) : argon2Async('argon2id', { ...work, parallelism: 1, tagLength })
}

/** Reads the numbers and then the bytes from its input; nothing secret stands in its arguments. */
const program = `
const { argon2Sync } = require('node:crypto')
const input = require('node:fs').readFileSync(0)
const line = input.indexOf(10)
const { nonceLength, memory, passes } = JSON.parse(input.subarray(0, line).toString())
const [nonce, message] = [input.subarray(line + 1, line + 1 + nonceLength), input.subarray(line + 1 + nonceLength)]
process.stdout.write(argon2Sync('argon2id', { message, nonce, memory, passes, parallelism: 1, tagLength: ${tagLength} }))
`

async function inOwnProcess({ message, nonce, memory, passes }: Argon2Work): Promise<Uint8Array> {
  // Without the flags and the environment of this one: there is neither a secure heap nor a secret in it.
  const child = spawn(process.execPath, ['-e', program], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  // a process that ends early says so by its status
  child.stdin.on('error', () => {})
  const input = Buffer.concat([
    Buffer.from(`${JSON.stringify({ nonceLength: nonce.length, memory, passes })}\n`),
    nonce,
    message,
  ])
  child.stdin.end(input)
  const chunks: Uint8Array[] = []
  child.stdout.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const [status] = await ended
  input.fill(0)
  const key = Uint8Array.from(Buffer.concat(chunks))
  for (const chunk of chunks) chunk.fill(0)
  if (status !== 0 || key.length !== tagLength)
    throw new Error(`Argon2 beside the secure heap failed (status ${status}).`)
  return key
}
