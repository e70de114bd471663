import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'

/** One file to work on. */
export interface Task {
  /** absolute */
  readonly source: string
  /** absolute */
  readonly target: string
  /** the two as the user would call them */
  readonly label: string
  readonly targetLabel: string
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
  if (options.out !== undefined && names.length > 1)
    throw new CliError('usage', '--out takes one file or folder at a time')
  const tasks: Task[] = []
  for (const name of names) {
    const stats = await stat(context.path(name)).catch(() => undefined)
    if (stats?.isDirectory()) tasks.push(...(await tasksInFolder(context, name, options, naming)))
    else {
      const target = options.out ?? join(dirname(name), naming.targetName(basename(name)))
      tasks.push(taskFor(context, name, target, stats?.isFile() ? stats.size : 0))
    }
  }
  return tasks
}

function taskFor(context: Context, label: string, targetLabel: string, bytes: number): Task {
  return { source: context.path(label), target: context.path(targetLabel), label, targetLabel, bytes }
}

async function tasksInFolder(context: Context, folder: string, options: TaskOptions, naming: Naming): Promise<Task[]> {
  if (options.recursive !== true)
    throw new CliError('folder', `${folder} is a folder; use --recursive for all files in it`)
  const tasks: Task[] = []
  const root = context.path(folder)
  for (const file of await filesBelow(root)) {
    const name = basename(file)
    if (!naming.isWanted(name)) continue
    const inside = relative(root, file)
    const target = join(options.out ?? folder, dirname(inside), naming.targetName(name))
    tasks.push(taskFor(context, join(folder, inside), target, (await stat(file)).size))
  }
  return tasks
}

/** Every regular file below a folder, not through links, that is not one of our own unfinished ones, in the order of its name. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/^\..*\.(?:partial|rewrap)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

export async function makeFolderFor({ target }: Task): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
}
