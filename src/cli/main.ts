import { homedir } from 'node:os'
import { version } from '../api/version.ts'
import { isVersionQuestion } from './version-question.ts'

let isRead = true

// A reader that has seen enough (`keyhaven key list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!isRead) return
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`keyhaven: standard output cannot be written (${error.code ?? error.message})\n`)
  process.exit(1)
})

// Whoever does not read what went wrong does not want to know.
process.stderr.on('error', () => undefined)

const argv = process.argv.slice(2)
if (isVersionQuestion(argv)) process.stdout.write(`${version}\n`)
else {
  const [{ run }, { endWith }] = await Promise.all([import('./program.ts'), import('./interrupt.ts')])
  const status = await run(argv, {
    // Node opens it when it is first named; few commands read it.
    get stdin() {
      return process.stdin
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    goOnUnread: () => {
      isRead = false
    },
  })
  endWith(status)
}
