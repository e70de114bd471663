import { Command } from 'commander'
import { contextOf, dataFolderOf } from '../context.ts'

/** `keyhaven seed`: what a server in development mode has from the start. */
export function seedCommand(): Command {
  const seed = new Command('seed').description('what a development server has from the start: keys, secrets, users')
  seed.addCommand(
    new Command('check')
      .description('say whether seed files can be planted')
      .argument('<files...>', 'YAML or JSON')
      .action(check),
  )
  seed.addCommand(
    new Command('export')
      .description('write down what the development server here has, keys and secrets in clear')
      .argument('[file]', 'YAML, or JSON by its name; standard output unless given')
      .action(exportTo),
  )
  return seed
}

async function check(files: readonly string[], _options: object, command: Command): Promise<void> {
  const { path, output } = contextOf(command)
  const { readSeeds } = await import('../../server/seed/read.ts')
  const { checkSeedFile } = await import('../../server/seed/plant.ts')
  const seed = await readSeeds(files.map((file) => path(file)))
  await checkSeedFile(seed)
  const counts = Object.entries(seed).flatMap(([what, things]) =>
    Array.isArray(things) && things.length > 0 ? [[what, things.length] as const] : [],
  )
  output.record(Object.fromEntries(counts), Object.fromEntries(counts))
}

async function exportTo(file: string | undefined, _options: object, command: Command): Promise<void> {
  const { io, output, path, flags } = contextOf(command)
  const { askOperator } = await import('../../server/operator/client.ts')
  const { seed } = await askOperator(dataFolderOf(command), { command: 'export-seed' })
  const isJson = flags.json || flags.output === 'json' || file?.endsWith('.json')
  const { stringify } = await import('yaml')
  const text = isJson ? `${JSON.stringify(seed, null, 2)}\n` : stringify(seed)
  if (file === undefined) {
    io.stdout.write(text)
    return
  }
  const { writeAtomically } = await import('../../server/files/write-atomically.ts')
  writeAtomically(path(file), text)
  output.record({ file }, { file })
}
