import { chmodSync, lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync, type Stats, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'

/** sun_path holds 104 bytes on macOS and BSD, 108 on Linux, the closing zero among them */
const maxPathBytes = 103

/** A place that a socket cannot have. */
export class SocketUnusable extends Error {
  override readonly name = 'SocketUnusable'
  readonly code = 'socket'
}

/** A socket that is there for its owner alone. */
export interface PrivateSocket {
  /** Takes it away, unless another program has taken its place. */
  remove(): void
}

/**
 * Listens in a folder that nobody else can look into, and gives the socket its place only when it has its mode: there is
 * no moment in which others could connect. A socket at which nobody listens any more makes room.
 *
 * @param listen - listens at the path that it is given
 * @throws SocketUnusable
 */
export async function placeSocket(path: string, listen: (path: string) => Promise<void>): Promise<PrivateSocket> {
  requireFolder(dirname(path))
  await requireFree(path)
  const folder = mkdtempSync(join(dirname(path), '.k'))
  try {
    const made = join(folder, 's')
    for (const given of [path, made])
      if (Buffer.byteLength(given) > maxPathBytes) throw new SocketUnusable(`${path} is too long a path for a socket.`)
    await listen(made)
    chmodSync(made, 0o600)
    const { ino } = lstatSync(made)
    renameSync(made, path)
    return {
      remove: () => {
        if (found(path)?.ino === ino) rmSync(path)
      },
    }
  } finally {
    rmSync(join(folder, 's'), { force: true })
    rmdirSync(folder)
  }
}

function requireFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) throw new SocketUnusable(`There is no folder ${folder} for the socket.`)
  const fault = folderFault(stats, process.geteuid?.())
  if (fault === undefined) return
  throw new SocketUnusable(`The folder of --socket ${fault}, who may put another socket in its place: ${folder}.`)
}

/**
 * Whoever may write to the folder can take the socket away and listen there instead: the API server then hands it what
 * is to be encrypted. Nor will a sticky folder such as /tmp do: there somebody else may be first to take the place.
 *
 * @param self - the user of this process, where there are users
 * @returns what lets others do so
 */
export function folderFault({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, self: number | undefined): string | undefined {
  if (self === undefined) return undefined
  if (uid !== 0 && uid !== self) return `belongs to another user (${uid})`
  return (mode & 0o022) === 0 ? undefined : 'may be written to by its group or by others'
}

/** @throws SocketUnusable if something is there that somebody uses, or that is no socket */
async function requireFree(path: string): Promise<void> {
  const there = found(path)
  if (there === undefined) return
  if (!there.isSocket()) throw new SocketUnusable(`${path} is there already and is no socket.`)
  if (await isListenedAt(path)) throw new SocketUnusable(`Another program listens at ${path}.`)
}

const found = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

function isListenedAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    // Whoever has too much to do to take a connection listens, and so may somebody who must not be asked.
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'))
  })
}
