import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why tests that need the openssl command cannot run here; false if they can. For the `skip` option of a test. */
export const opensslMissing: string | false = isInstalled() ? false : 'the openssl command is not installed'

function isInstalled(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** Runs openssl in a folder with the given files, which is removed afterwards; returns standard output. */
export function openssl(args: readonly string[], files: Readonly<Record<string, Uint8Array | string>> = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-openssl-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
