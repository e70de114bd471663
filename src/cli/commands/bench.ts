import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { compare } from '../../load/compare.ts'
import { csvReport } from '../../load/csv-report.ts'
import { htmlReport } from '../../load/html-report.ts'
import type { LoadResult } from '../../load/result.ts'
import { startLocalServer } from '../bench/local-server.ts'
import { measure } from '../bench/measure.ts'
import { addBenchOptions, type BenchFlags, benchSettings } from '../bench/settings.ts'
import { showResult } from '../bench/show-result.ts'
import { prepare } from '../bench/target.ts'
import { readJson } from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { writeTarget } from '../files.ts'
import { interruptible } from '../interrupt.ts'

/** `keyhaven bench`: a load on a server, and what it makes of it. Takes the flags of the official benchmark tool, too. */
export function benchCommand(): Command {
  return addBenchOptions(new Command('bench').description('put a server under load and measure it'))
    .action(async (flags: BenchFlags, command: Command) =>
      bench(contextOf(command), { ...command.optsWithGlobals(), ...flags }),
    )
    .addCommand(
      new Command('compare')
        .description('two results side by side')
        .argument('<a>', 'file of an earlier --out')
        .argument('<b>', 'the later one')
        .action(compareFiles),
    )
}

async function bench(context: Context, flags: BenchFlags): Promise<void> {
  const settings = benchSettings(flags)
  requireFree(context, flags)
  await interruptible(context.io, async (signal) => {
    await using local = flags.local === true ? await startLocalServer(settings) : undefined
    const prepared = await prepare(context, flags, settings, local)
    const result = await measure(context, flags, settings, { prepared, local, signal })
    showResult(context.output, result)
    await writeReports(context, flags, result)
  })
}

/** Minutes of load are not to end in a refusal. */
function requireFree(context: Context, { out, csv, html, force }: BenchFlags): void {
  const taken = [out, csv, html].find((file) => file !== undefined && file !== '-' && existsSync(context.path(file)))
  if (taken !== undefined && force !== true)
    throw new CliError('fileExists', `${taken} exists; use --force to replace it`)
}

async function writeReports(context: Context, flags: BenchFlags, result: LoadResult): Promise<void> {
  const write = async (file: string | undefined, text: () => string): Promise<void> => {
    if (file !== undefined)
      await writeTarget(context, file, Buffer.from(text()), { isForced: flags.force === true, isSecret: false })
  }
  await write(flags.out, () => `${JSON.stringify(result, null, '\t')}\n`)
  await write(flags.csv, () => csvReport(result))
  await write(flags.html, () => htmlReport(result))
}

async function compareFiles(a: string, b: string, _options: object, command: Command): Promise<void> {
  const context = contextOf(command)
  const figures = compare(resultIn(context, a), resultIn(context, b))
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2))
  context.output.table(
    figures,
    {
      Figure: ({ figure }) => figure,
      [a]: (row) => number(row.a),
      [b]: (row) => number(row.b),
      Ratio: ({ ratio }) => (ratio === undefined ? '' : `${ratio.toFixed(2)} ×`),
    },
    figures,
  )
}

function resultIn(context: Context, file: string): LoadResult {
  const result = readJson(context.path(file))
  if (result === undefined) throw new CliError('badFile', `there is no file ${file}`)
  if (result.format !== 1) throw new CliError('badFile', `${file} is no result of "keyhaven bench --out"`)
  return result as unknown as LoadResult
}
