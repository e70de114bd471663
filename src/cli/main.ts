import { homedir } from 'node:os'
import { run } from './program.ts'

// A reader that has seen enough (`keyhaven key list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`keyhaven: standard output cannot be written (${error.code ?? error.message})\n`)
  process.exit(1)
})

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
})
