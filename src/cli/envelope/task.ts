import { lstat, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'

/** One file to work on. */
export interface Task {
  /** absolute */
  readonly source: string
  /** absolute */
  readonly target: string
  /** as the user would call it */
  readonly label: string
  readonly bytes: number
}

/** How a command names its outputs and chooses among the files of a folder. */
export interface Naming {
  readonly targetName: (sourceName: string) => string
  readonly isWanted: (sourceName: string) => boolean
}

export const encryptNaming: Naming = {
  targetName: (name) => `${name}.cipher`,
  isWanted: (name) => !name.endsWith('.cipher'),
}

export const decryptNaming: Naming = {
  targetName: (name) => `decrypted_${name.replace(/\.cipher$/, '')}`,
  isWanted: (name) => name.endsWith('.cipher'),
}

export interface TaskOptions {
  readonly out?: string
  readonly recursive?: boolean
}

/**
 * What is to be done for the named files and folders. Links inside folders are left alone, so that nothing outside is
 * touched and nothing twice; so are hidden files that this program leaves when it is killed.
 *
 * @throws CliError `folder` for a folder without `--recursive`; `usage` where `--out` cannot mean several files
 */
export async function tasksFor(
  context: Context,
  names: readonly string[],
  options: TaskOptions,
  naming: Naming,
): Promise<Task[]> {
  const tasks: Task[] = []
  for (const name of names) {
    const path = context.path(name)
    const stats = await lstat(path).catch(() => undefined)
    if (!stats?.isDirectory()) {
      const target =
        options.out === undefined ? join(dirname(path), naming.targetName(basename(path))) : context.path(options.out)
      if (options.out !== undefined && names.length > 1)
        throw new CliError('usage', '--out takes one file or folder at a time')
      tasks.push({ source: path, target, label: name, bytes: stats?.isFile() ? stats.size : 0 })
      continue
    }
    if (options.recursive !== true)
      throw new CliError('folder', `${name} is a folder; use --recursive for all files in it`)
    tasks.push(
      ...(await tasksInFolder(path, name, options.out === undefined ? path : context.path(options.out), naming)),
    )
  }
  return tasks
}

async function tasksInFolder(folder: string, label: string, outFolder: string, naming: Naming): Promise<Task[]> {
  const tasks: Task[] = []
  for (const file of await filesBelow(folder)) {
    const name = basename(file)
    if (!naming.isWanted(name)) continue
    const target = join(outFolder, dirname(relative(folder, file)), naming.targetName(name))
    tasks.push({ source: file, target, label: join(label, relative(folder, file)), bytes: (await lstat(file)).size })
  }
  return tasks
}

/** Every regular file below a folder that is not one of our own unfinished ones, in the order of its name. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/^\..*\.(?:partial|rewrap)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

export async function makeFolderFor({ target }: Task): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
}
