import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { run } from '../../src/cli/program.ts'
import { answering, type LoopbackAnswer, type LoopbackServer } from './loopback-server.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A folder of its own for one test, with the given files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-cli-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

export interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
}

export interface Surroundings {
  readonly cwd?: string
  readonly home?: string
  readonly stdin?: string
  /** a person is at standard input and output */
  readonly isTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
}

export async function keyhaven(argv: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  const sink = (chunks: Uint8Array[]) => ({
    write: (chunk: string | Uint8Array) => chunks.push(Buffer.from(chunk as string)),
  })
  const status = await run(argv, {
    stdin: Object.assign(typed(around.stdin ?? ''), { isTTY: around.isTerminal }),
    stdout: { ...sink(written.out), isTTY: around.isTerminal },
    stderr: sink(written.err),
    env: around.env ?? {},
    cwd: around.cwd ?? folderWith(),
    home: around.home ?? '/nowhere',
  })
  return { status, out: Buffer.concat(written.out).toString(), err: Buffer.concat(written.err).toString() }
}

async function* typed(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

export const envFor = (server: LoopbackServer) => ({
  KEYHAVEN_ENDPOINT: server.endpoint,
  KEYHAVEN_ACCESS_KEY_ID: 'env-id',
  KEYHAVEN_ACCESS_KEY_SECRET: 'env-secret',
})

/** Runs a command against a server that gives these answers. */
export async function against(
  answers: readonly LoopbackAnswer[],
  work: (server: LoopbackServer) => Promise<void>,
): Promise<void> {
  const server = await answering(...answers)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

export const form = (body: string): Record<string, string | undefined> => Object.fromEntries(new URLSearchParams(body))
export const accessKeyOf = (server: LoopbackServer): string | undefined =>
  /Credential=([^,]+)/.exec(server.seen.at(-1)?.headers.authorization ?? '')?.[1]
