import { readdirSync } from 'node:fs'

/**
 * `npm run bench [name] [arguments]` runs `src/bench/<name>.ts`; without a name everything that docs/performance.md tells.
 */
const [first = '', ...rest] = process.argv.slice(2)
const [name, args] = first === '' || first.startsWith('--') ? ['performance', process.argv.slice(2)] : [first, rest]
const helpers = new Set(['main', 'measure', 'table', 'fill', 'kms', 'audit-log'])
const names = readdirSync(import.meta.dirname)
  .filter((file) => /^[\w-]+\.ts$/.test(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((file) => !helpers.has(file))

if (names.includes(name)) {
  const bench = (await import(`./${name}.ts`)) as { run(args: readonly string[]): Promise<void> }
  await bench.run(args)
} else {
  console.log(`usage: npm run bench [name]\n\n${names.map((known) => `  ${known}`).join('\n')}`)
  process.exitCode = 2
}
