import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Builds a program of go/ with the modules that go.sum names, which are fetched where they are missing. */
export function buildGo(program: string, folder: string): string {
  const file = join(folder, program)
  const { status, error } = spawnSync('go', ['build', '-o', file, `./${program}`], {
    cwd: join(import.meta.dirname, 'go'),
    env: { ...process.env, GOFLAGS: '-mod=readonly -buildvcs=false' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error || status !== 0)
    throw new Error(`${program} cannot be built: ${error?.message ?? `go ended with ${status}`}`)
  return file
}
