import { hash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** sun_path holds 104 bytes on macOS and BSD, 108 on Linux, the closing zero among them */
const maxPathBytes = 103

/**
 * Where the operator socket of a data directory is: `operator.sock` in it. A path too long for a socket address gives
 * way to a folder of the same user in the system's place for temporary files; both ends compute it alike.
 */
export function operatorAddress(data: string): string {
  const folder = realpathSync(data)
  const id = hash('sha256', folder, 'hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\keyhaven-${id}`
  const absolute = join(folder, 'operator.sock')
  const paths = [absolute, relative(process.cwd(), absolute)]
  return paths.find((path) => Buffer.byteLength(path) <= maxPathBytes) ?? join(privateFolder(id), 'operator.sock')
}

/** Refuses a folder that somebody else has put there: what is sent to the socket may be a passphrase. */
function privateFolder(id: string): string {
  const path = join(tmpdir(), `keyhaven-${id}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0)
    throw new Error(`${path} belongs to somebody else`)
  return path
}
