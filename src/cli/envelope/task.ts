import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { walk } from './walk.ts'

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

/** What a command has to do, and what it found and does not do. */
export interface Plan {
  readonly tasks: Task[]
  /** to be made anew under `--out`, each before what is in it */
  readonly folders: { readonly path: string; readonly mode: number }[]
  /** one reason for each file of a folder that is left out */
  readonly leftOut: string[]
  /** what should be done and cannot be begun */
  readonly failures: { readonly label: string; readonly error: unknown }[]
  /** several files may come of it, even if it is one */
  readonly isList: boolean
}

/** How a command names its outputs and chooses among the files of a folder. */
interface Naming {
  /** of a file beside its source */
  readonly besideName: (sourceName: string) => string
  /** of a file in another folder */
  readonly elsewhereName: (sourceName: string) => string
  readonly isWanted: (sourceName: string) => boolean
  /** what is said of a file that is not wanted */
  readonly unwanted: string
}

const ending = '.cipher'
const sealedOnly = { isWanted: (name: string) => name.endsWith(ending), unwanted: `not named *${ending}` }
const opened = (name: string): string => name.replace(/\.cipher$/, '')

export const encryptNaming: Naming = {
  besideName: (name) => `${name}${ending}`,
  elsewhereName: (name) => `${name}${ending}`,
  isWanted: (name) => !name.endsWith(ending),
  unwanted: `named *${ending}`,
}

/** Beside its source the original may lie, too; in another folder it gets its own name back. */
export const decryptNaming: Naming = {
  besideName: (name) => `decrypted_${opened(name)}`,
  elsewhereName: opened,
  ...sealedOnly,
}

export const rewrapNaming: Naming = {
  besideName: (name) => name,
  elsewhereName: (name) => name,
  ...sealedOnly,
}

interface PlanOptions {
  readonly out?: string | undefined
  readonly recursive?: boolean | undefined
}

/**
 * What is to be done for the named files and folders. Nothing is done yet.
 *
 * @throws CliError `folder` for a folder without `--recursive`; `usage` where `--out` cannot mean several files
 */
export async function planFor(
  context: Context,
  names: readonly string[],
  options: PlanOptions,
  naming: Naming,
): Promise<Plan> {
  const { out, recursive = false } = options
  if (out !== undefined && names.length > 1) throw new CliError('usage', '--out takes one file or folder at a time')
  const isList = names.length > 1 || recursive
  const plan: Plan = { tasks: [], folders: [], leftOut: [], failures: [], isList }
  for (const name of names) {
    const stats = await stat(context.path(name)).catch(() => undefined)
    if (stats?.isDirectory()) {
      if (!recursive) throw new CliError('folder', `${name} is a folder; use --recursive for all files in it`)
      await planFolder(context, plan, name, { out, naming, mode: stats.mode & 0o777 })
    } else {
      const target = out ?? join(dirname(name), naming.besideName(basename(name)))
      plan.tasks.push(taskFor(context, name, target, stats?.isFile() ? stats.size : 0))
    }
  }
  return plan
}

interface FolderOptions {
  readonly out: string | undefined
  readonly naming: Naming
  readonly mode: number
}

async function planFolder(context: Context, plan: Plan, folder: string, options: FolderOptions): Promise<void> {
  const { out, naming, mode } = options
  const addFolder = (path: string, itsMode: number): void => {
    if (out !== undefined) plan.folders.push({ path: context.path(join(out, path)), mode: itsMode })
  }
  addFolder('', mode)
  for await (const found of walk(context.path(folder))) {
    const label = join(folder, found.path)
    if (found.kind === 'folder') addFolder(found.path, found.mode)
    else if (found.kind === 'failed') plan.failures.push({ label, error: found.error })
    else if (found.kind !== 'file') plan.leftOut.push(found.kind)
    else if (!naming.isWanted(basename(label))) plan.leftOut.push(naming.unwanted)
    else plan.tasks.push(await taskInFolder(context, label, found.path, options))
  }
}

async function taskInFolder(
  context: Context,
  label: string,
  path: string,
  { out, naming }: FolderOptions,
): Promise<Task> {
  const name = basename(label)
  const target =
    out === undefined
      ? join(dirname(label), naming.besideName(name))
      : join(out, dirname(path), naming.elsewhereName(name))
  const stats = await stat(context.path(label)).catch(() => undefined)
  return taskFor(context, label, target, stats?.size ?? 0)
}

function taskFor(context: Context, label: string, targetLabel: string, bytes: number): Task {
  return { source: context.path(label), target: context.path(targetLabel), label, targetLabel, bytes }
}
