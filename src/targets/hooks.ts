import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { RotationFailure } from '../core/rotation-target.ts'
import type { AskHook, HookAnswer, HookRequest } from './hook-target.ts'

/** How the operator has set a hook up. */
export type Hook =
  | {
      readonly url: string
      /** key of the HMAC that shows the request to be this server's */
      readonly hmacKey: string
      readonly timeoutSeconds: number
      readonly attempts: number
    }
  | { readonly command: readonly string[]; readonly timeoutSeconds: number; readonly attempts: number }

const longestAnswer = 256 * 1024

/** Asks a hook, again after a failure, and gives up in its time. */
export const askHook =
  (hook: Hook, now: () => Date): AskHook =>
  async (request) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ('url' in hook ? post(hook, request, now()) : run(hook, request))
      } catch (error) {
        if (attempt >= hook.attempts) throw error
      }
    }
  }

/**
 * `X-Keyhaven-Signature: t=<seconds since 1970>,v1=<hex>`: HMAC-SHA-256 over `<t>.<body>`, so that a request can neither
 * be made up nor sent again later.
 */
export function hookSignature(hmacKey: string, body: string, now: Date): string {
  const t = Math.floor(now.getTime() / 1000)
  return `t=${t},v1=${createHmac('sha256', hmacKey).update(`${t}.${body}`).digest('hex')}`
}

async function post(hook: Extract<Hook, { url: string }>, request: HookRequest, now: Date): Promise<HookAnswer> {
  const body = JSON.stringify(request)
  const headers = { 'Content-Type': 'application/json', 'X-Keyhaven-Signature': hookSignature(hook.hmacKey, body, now) }
  const signal = AbortSignal.timeout(hook.timeoutSeconds * 1000)
  try {
    // A hook that sends the values on to another address is none.
    const response = await fetch(hook.url, { method: 'POST', headers, body, redirect: 'error', signal })
    const text = await collected(response.body ?? [])
    if (!response.ok) throw new RotationFailure(`The hook answered ${response.status}.`)
    return answerIn(text)
  } catch (error) {
    throw error instanceof RotationFailure ? error : new RotationFailure('The hook cannot be reached.', error)
  }
}

/** The request on standard input, the answer on standard output; another exit status than 0 is a failure. */
async function run(hook: Extract<Hook, { command: readonly string[] }>, request: HookRequest): Promise<HookAnswer> {
  const [program = '', ...args] = hook.command
  // Only what a program needs to run: this server's own environment may hold its root secret.
  const { PATH, LANG } = process.env
  const child = spawn(program, args, { env: { PATH, LANG }, stdio: ['pipe', 'pipe', 'ignore'] })
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    // What the command has started may hold the output open long after it.
    child.stdout.destroy(new RotationFailure('The hook took too long.'))
  }, hook.timeoutSeconds * 1000)
  // A hook need not read what it does not care for.
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify(request))
  try {
    const [text, status] = await Promise.all([collected(child.stdout), exitStatus(child)])
    if (status !== 0) throw new RotationFailure(`The hook ended with ${status ?? 'a signal'}.`)
    return answerIn(text)
  } catch (error) {
    child.kill('SIGKILL')
    throw error instanceof RotationFailure ? error : new RotationFailure('The hook cannot be run.', error)
  } finally {
    clearTimeout(timer)
  }
}

async function exitStatus(child: ReturnType<typeof spawn>): Promise<number | null> {
  const [status] = (await once(child, 'exit')) as [number | null]
  return status
}

async function collected(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > longestAnswer) throw new RotationFailure('The answer of the hook is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Nothing said is nothing to say. @throws RotationFailure */
function answerIn(text: string): HookAnswer {
  if (text.trim() === '') return {}
  try {
    const { next, accepted } = JSON.parse(text) as HookAnswer
    return {
      next: typeof next === 'string' ? next : undefined,
      accepted: accepted === undefined ? undefined : accepted === true,
    }
  } catch {
    throw new RotationFailure('The answer of the hook is no JSON object.')
  }
}
