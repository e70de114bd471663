import { Command } from 'commander'
import { Client } from '../../sdk/client.ts'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, retry } from '../context.ts'
import { CliError, ExitStatus } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { otherServer, placeOf } from '../other-server.ts'
import { Counter } from './counter.ts'
import type { FoundSecret } from './inventory.ts'
import { Mapping } from './mapping.ts'
import { Material } from './material.ts'
import { type Moved, move } from './move.ts'

interface Options {
  readonly from?: string
  readonly to?: string
  readonly mapping: string
  readonly instance?: readonly (readonly [string, string])[]
  readonly material?: string
  readonly dryRun?: boolean
}

/** `keyhaven import cloud`: from another server to the one that every command talks to. */
export const importCloudCommand = (): Command =>
  cloudCommand('bring keys and secrets of the cloud, or of another server, to this one').requiredOption(
    '--from <server>',
    'where they are: a profile, or the data folder of a development server',
  )

/** `keyhaven export cloud`: the other way round. */
export const exportCloudCommand = (): Command =>
  cloudCommand('bring keys and secrets of this server to the cloud, or to another server').requiredOption(
    '--to <server>',
    'where they are to be: a profile, or the data folder of a development server',
  )

const cloudCommand = (description: string): Command =>
  new Command('cloud')
    .description(`${description}; status 1 if a server refuses some of it. Run again, it goes on where it was`)
    .requiredOption(
      '--mapping <file>',
      'what has become of each id, JSON; written after each step, and read by the next run',
    )
    .option(
      '--instance <old=new>',
      'what is in the one instance goes into the other, else into none; repeatable',
      (text: string, before: readonly (readonly [string, string])[] = []) => [...before, pairIn(text)],
    )
    .option(
      '--material <folder>',
      'material of EXTERNAL keys: files <old key id>.pem, .der, .bin, .hex or .base64, as "keyhaven import" takes them',
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .action(cloud)

function pairIn(text: string): readonly [string, string] {
  const [, before, after] = /^([^=]+)=([^=]+)$/.exec(text) ?? []
  if (before === undefined || after === undefined)
    throw new CliError('usage', `--instance ${text}: write the id of the one, =, the id of the other`)
  return [before, after]
}

async function cloud(options: Options, command: Command): Promise<void> {
  const context = contextOf(command)
  const { io } = context
  const here = context.connection()
  const there = otherServer(context, options.from ?? options.to ?? '')
  const [from, to] = options.from === undefined ? [here, there] : [there, here]
  const places = { from: placeOf(from), to: placeOf(to) }
  if (places.from === places.to) throw new CliError('usage', `both servers are ${places.from}`)
  const isDryRun = options.dryRun === true
  const mapping = Mapping.read(context.path(options.mapping), { ...places, isDryRun })
  const material = new Material(context, options.material)
  const counter = new Counter(io.stderr)
  await using source = clientOf(from)
  await using target = clientOf(to)
  const moved = await interruptible(io, async (signal) => {
    try {
      return await move({
        ...{ source, target, mapping, material, isDryRun, signal },
        instances: new Map(options.instance),
        onProgress: (what, done, total) => counter.show(what, done, total),
      })
    } finally {
      counter.clear()
    }
  })
  show(context, places, isDryRun, moved)
  if (moved.notes.refused.length > 0) throw new ExitStatus(1)
}

/** A server that is asked too often is given the time it wants; one that is away ends the run, which can go on later. */
const clientOf = ({ options }: Connection): Client =>
  new Client({ timeoutMs: 300_000, ...options, retry: { ...retry, attempts: 10 }, userAgent: 'cli' })

function show({ output }: Context, { from, to }: { from: string; to: string }, isDryRun: boolean, moved: Moved): void {
  const { inventory, notes } = moved
  const { keys, secrets, finished } = inventory
  const { refused, staying, mapped } = notes
  const counts = {
    keys: keys.length,
    aliases: keys.reduce((sum, { aliases }) => sum + aliases.length, 0),
    secrets: secrets.length,
    versions: secrets.reduce((sum, { versions }: FoundSecret) => sum + versions.length, 0),
  }
  const whole = { from, to, isDryRun, ...counts, finishedBefore: finished, refused, staying, mapped }
  if (!output.isJson) {
    const names = Object.entries(counts).map(([what, count]) => `${count} ${what}`)
    output.line(`${isDryRun ? 'Would be brought' : 'Brought'} from ${from} to ${to}: ${names.join(', ')}`)
    if (finished > 0) output.line(`Finished before: ${finished}`)
    if (refused.length + staying.length + mapped.length === 0) return
  }
  const rows = [
    ...refused.map((note) => ({ ...note, outcome: 'refused' })),
    ...staying.map((note) => ({ ...note, outcome: 'stays' })),
    ...mapped.map((note) => ({ ...note, outcome: 'changed' })),
  ]
  output.table(
    rows,
    { Outcome: ({ outcome }) => outcome, What: ({ what }) => what, Part: ({ part }) => part, Why: ({ why }) => why },
    whole,
  )
}
