import { endWith } from '../../src/cli/interrupt.ts'
import { run } from '../../src/cli/program.ts'
import { MemoryKms } from './envelope-kms.ts'
import { serving } from './envelope-service.ts'

/**
 * `keyhaven envelope …` as a process of its own, for tests that need one: signals, full disks. The service is in it.
 */
const server = await serving(new MemoryKms())
const status = await run(['envelope', ...process.argv.slice(2)], {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: { KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_ACCESS_KEY_ID: 'id', KEYHAVEN_ACCESS_KEY_SECRET: 'secret' },
  cwd: process.cwd(),
  home: '/nowhere',
})
await server.close()
endWith(status)
