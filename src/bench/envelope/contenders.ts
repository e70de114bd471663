import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { childrenCpu } from '../measure.ts'

/** The files of one comparison, all in one folder. */
export interface Files {
  readonly plain: string
  readonly sealed: string
  readonly ageSealed: string
  readonly ageIdentity: string
  readonly target: string
}

/** A program that turns one file into another. */
export interface Contender {
  readonly name: string
  readonly command: readonly string[]
}

export interface Run {
  readonly seconds: number
  /** user and system; of others' processes only where the system tells */
  readonly cpuSeconds?: number
  /** of our own processes only */
  readonly peakMebibytes?: number
}

const child = join(import.meta.dirname, 'child.ts')
export const ours = (name: string, work: string, threads: number, source: string, target: string): Contender => ({
  name,
  command: [process.execPath, child, work, String(threads), source, target],
})

/** What is compared, and with what: programs that are not installed are left out. */
export function contenders(
  { plain, sealed, ageSealed, ageIdentity, target }: Files,
  recipient: string | undefined,
): Contender[] {
  const peers: Contender[] = [
    ours('Node plain copy', 'copy', 1, plain, target),
    { name: 'cp', command: ['cp', plain, target] },
  ]
  if (recipient !== undefined) {
    peers.push({ name: 'age encrypt', command: ['age', '-r', recipient, '-o', target, plain] })
    peers.push({ name: 'age decrypt', command: ['age', '-d', '-i', ageIdentity, '-o', target, ageSealed] })
  }
  if (isInstalled('openssl'))
    peers.push({
      name: 'openssl aes-256-ctr, no tag',
      command: ['openssl', 'enc', '-aes-256-ctr', '-pbkdf2', '-pass', 'pass:x', '-in', plain, '-out', target],
    })
  return [
    ours('keyhaven encrypt, 1 thread', 'encrypt', 1, plain, target),
    ours('keyhaven encrypt, 2 threads', 'encrypt', 2, plain, target),
    ours('keyhaven decrypt, 1 thread', 'decrypt', 1, sealed, target),
    ours('keyhaven decrypt, 2 threads', 'decrypt', 2, sealed, target),
    ours('keyhaven encrypt, stream', 'encrypt-stream', 1, plain, target),
    ours('keyhaven decrypt, stream', 'decrypt-stream', 1, sealed, target),
    ...peers,
  ]
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

const compileCache = join(import.meta.dirname, '../../../.node-compile-cache')

/**
 * Runs a contender once. The time is that of the whole process, its start included; ours finds compiled code, as the
 * program itself does.
 *
 * @throws Error with what the program said
 */
export function runOnce({ name, command }: Contender): Run {
  const [program = '', ...args] = command
  const [started, before] = [performance.now(), childrenCpu()]
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  })
  const seconds = (performance.now() - started) / 1000
  const cpuSeconds = (childrenCpu() - before) / 1e6
  if (status !== 0) throw new Error(`${name}: ${String(stderr)}`)
  const told: Partial<Run> = program === process.execPath ? JSON.parse(String(stdout)) : {}
  return { seconds, ...told, ...(Number.isNaN(cpuSeconds) ? {} : { cpuSeconds }) }
}
