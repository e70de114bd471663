import { homedir } from 'node:os'
import { version } from '../sdk/version.ts'
import { isVersionQuestion } from './version-question.ts'

// A reader that has seen enough (`keyhaven key list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`keyhaven: standard output cannot be written (${error.code ?? error.message})\n`)
  process.exit(1)
})

const argv = process.argv.slice(2)
if (isVersionQuestion(argv)) process.stdout.write(`${version}\n`)
else {
  const { run } = await import('./program.ts')
  process.exitCode = await run(argv, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
  })
}
