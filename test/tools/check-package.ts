/**
 * `npm run check-package`: builds and packs, installs the package into an empty project, and uses it there as a stranger
 * would: with import and with require(), on Node 22, 24 and this one, with the types checked. Needs a package registry
 * for the dependencies and for the other Nodes, so it is no part of `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'keyhaven-package-'))
const project = join(work, 'project')

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  process.stderr.write(`${stdout}${stderr}\n${[command, ...args].join(' ')} failed\n`)
  process.exit(1)
}

const npm = (cwd: string, ...args: string[]): string => run(cwd, 'npm', ...args, '--no-audit', '--no-fund')

/** Calls a server of its own and looks at everything the package exports. */
const exercise = `
const server = createServer((request, response) => {
  response.end(JSON.stringify({ KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: 'AQID', RequestId: request.method }))
})
server.listen(0, '127.0.0.1', async () => {
  const endpoint = 'http://127.0.0.1:' + server.address().port
  const client = new Client({ endpoint, accessKeyId: 'id', accessKeySecret: 'secret' })
  const { ciphertextBlob, requestId } = await client.encrypt({ keyId: 'k', plaintext: 'p' })
  if (ciphertextBlob.length !== 3 || requestId !== 'POST') throw new Error('wrong answer')
  if (typeof encryptStream !== 'function') throw new Error('no envelope')
  await client.close()
  server.close()
  await testing()
  console.log('used on ' + process.version)
})
/** On the service's own Node a whole one runs in here; an older Node is refused in words. */
async function testing() {
  try {
    const kms = await startKeyhaven()
    await kms.client().createKey()
    if (kms.records()[0].action !== 'CreateKey') throw new Error('not recorded')
    await kms.close()
  } catch (error) {
    const isOld = Number.parseInt(process.versions.node, 10) < 26
    if (!(isOld && /needs Node.js 26/.test(error.message))) throw error
  }
}
`
const files: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  'esm.mjs': `
import { createServer } from 'node:http'
import { Client } from 'keyhaven'
import { encryptStream } from 'keyhaven/envelope'
import { startKeyhaven } from 'keyhaven/testing'
${exercise}`,
  'commonjs.cjs': `
const { createServer } = require('node:http')
const { Client } = require('keyhaven')
const { encryptStream } = require('keyhaven/envelope')
const { startKeyhaven } = require('keyhaven/testing')
${exercise}`,
  'types.ts': `
import { Client, ClientError, defaultCredentials, ServiceError, TransferClient } from 'keyhaven'
import { startService } from 'keyhaven/server'
import { type Keyhaven, startKeyhaven } from 'keyhaven/testing'
export const testing = (): Promise<Keyhaven> => startKeyhaven({ clock: '2026-01-01' })
export const start = startService
export const transferring = () =>
  new TransferClient({ public: { regionId: 'cn-hangzhou', credentials: defaultCredentials() } })
export async function blob(client: Client): Promise<Uint8Array> {
  try {
    const answer = await client.encrypt({ keyId: 'alias/a', plaintext: new Uint8Array(3) }, { timeoutMs: 1000 })
    return answer.ciphertextBlob
  } catch (error) {
    if (error instanceof ServiceError) throw new Error(error.code + error.requestId)
    if (error instanceof ClientError && error.code === 'timeout') return new Uint8Array()
    throw error
  }
}
export async function regions(client: Client): Promise<string[]> {
  return (await client.describeRegions()).regions.region.map(({ regionId }) => regionId)
}
// @ts-expect-error a misspelt field is refused
export const wrong = (client: Client) => client.encrypt({ keyid: 'alias/a', plaintext: '' })
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2024',
      lib: ['esnext'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: ['node'],
    },
    files: ['types.ts'],
  }),
}

/** The executable of another Node from the registry; undefined if there is none for this machine. */
function otherNode(major: number): string | undefined {
  const folder = join(work, `node${major}`)
  mkdirSync(folder)
  const name = `node-${process.platform}-${process.arch}`
  const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${major}`])
  const path = join(folder, 'node_modules', name, 'bin/node')
  return status === 0 && existsSync(path) ? path : undefined
}

run(root, process.execPath, 'test/tools/build.ts')
npm(root, 'pack', '--ignore-scripts', '--pack-destination', work)
const archive = readdirSync(work).find((name) => name.endsWith('.tgz'))
mkdirSync(project)
for (const [name, content] of Object.entries(files)) writeFileSync(join(project, name), content)
npm(project, 'install', '--omit=optional', '--ignore-scripts', join(work, archive ?? ''))
const types = join(project, 'node_modules/@types')
// They come along only while something that is installed names them as its peer.
if (!existsSync(types)) symlinkSync(join(root, 'node_modules/@types'), types)
run(project, join(root, 'node_modules/.bin/tsc'), '-p', '.')
process.stdout.write('types: fit\n')
for (const major of [22, 24, 26]) {
  const node = process.versions.node.startsWith(`${major}.`) ? process.execPath : otherNode(major)
  if (node === undefined) process.stdout.write(`Node ${major}: skipped, not to be had for this machine\n`)
  else for (const file of ['esm.mjs', 'commonjs.cjs']) process.stdout.write(`${file}: ${run(project, node, file)}`)
  if (node !== undefined) run(project, node, 'node_modules/keyhaven/bin/keyhaven.js', 'kms')
}
rmSync(work, { recursive: true })
