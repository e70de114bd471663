import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** What a newcomer can type next, as it works in another terminal in the same folder. */
export function tryThese(data: string, env: NodeJS.ProcessEnv): string {
  const start = import.meta.url.includes('/node_modules/') ? 'npx keyhaven' : 'npm run -s keyhaven --'
  const cwd = env.INIT_CWD ?? process.cwd()
  const place = relative(cwd, resolve(data)) === 'keyhaven-data' ? '' : ` --data ${quote(resolve(data))}`
  const commands = [
    'key create --alias alias/Apollo/WorkKey',
    'alias create alias/Apollo/BackupKey alias/Apollo/WorkKey',
    'encrypt --key alias/Apollo/WorkKey certs/key.pem',
    'decrypt certs/key.pem.cipher',
  ]
  const hint = existsSync(join(cwd, 'certs/key.pem')) ? '' : ` (${example} makes a file to encrypt)`
  return `Try in another terminal${hint}:\n${commands.map((command) => `  ${start}${place} ${command}\n`).join('')}`
}

const example = 'mkdir -p certs && openssl genrsa -out certs/key.pem 2048'

const quote = (text: string): string => (/^[\w./~:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
