import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type ExampleEnvironment, prepareExamples } from './kit/example-environment.ts'
import { openssl, opensslMissing } from './kit/openssl.ts'
import { type Step, stepsOf } from './kit/transcripts.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const examples = join(root, 'examples')
const folders = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const stepsIn = (folder: string): readonly Step[] => {
  const page = join(examples, folder, 'README.md')
  return existsSync(page) ? stepsOf(readFileSync(page, 'utf8'), `npx node examples/${folder}/`) : []
}

/** Folders whose programs need more than a server are run by tests of their own, which name them. */
const otherTests = globSync(['test/**/*.test.ts', 'src/**/*.test.ts'], { cwd: root })
  .filter((file) => file !== join('test', basename(import.meta.filename)))
  .map((file) => readFileSync(join(root, file), 'utf8'))
const isRunElsewhere = (folder: string): boolean =>
  otherTests.some((text) => new RegExp(`examples['", /]+${folder}\\b`).test(text))

const sm2UserId = ['-vfyopt', 'distid:1234567812345678']
/** What must be there when the programs of a folder have run, beside what they printed. */
const left: Readonly<Record<string, (workspace: string) => void>> = {
  'direct-encryption': (workspace) => {
    const content = (name: string) => readFileSync(join(workspace, 'certs', name), 'utf8')
    assert.equal(content('decrypted_key.pem.cipher'), content('key.pem'))
    assert.match(content('key.pem.cipher'), /^[\w+/]+=*$/)
  },
  'envelope-encryption': (workspace) => {
    const content = (name: string) => readFileSync(join(workspace, name), 'utf8')
    assert.equal(content('decrypted_sales.csv'), content('sales.csv'))
  },
  'export-data-key': (workspace) => assert.ok(existsSync(join(workspace, 'receiver.pem'))),
  'certificate-request': (workspace) => {
    for (const kind of opensslMissing === false ? ['rsa', 'ec', 'sm2'] : [])
      openssl(['req', '-verify', '-noout', '-in', join(workspace, `${kind}.csr`), ...(kind === 'sm2' ? sm2UserId : [])])
  },
  'transfer-client': (workspace) =>
    assert.equal(readFileSync(join(workspace, 'transferred.cipher'), 'utf8').trimEnd().split('\n').length, 3),
}

let environment: ExampleEnvironment
before(async () => {
  environment = await prepareExamples()
})
after(() => environment.close())

/** Runs a program of the examples as its page says, in a folder of its own. */
async function output({ command }: Step, workspace: string): Promise<string> {
  const [program = '', ...args] = command.slice(2)
  const { stdout, stderr } = await run(process.execPath, [join(root, program), ...args], {
    cwd: workspace,
    env: environment.variables,
    timeout: 120_000,
  })
  assert.equal(stderr, '')
  return stdout
}

describe('every example does what its page shows', { concurrency: 3 }, () => {
  for (const folder of folders.filter((name) => !isRunElsewhere(name)))
    test(`examples/${folder}`, async () => {
      const steps = stepsIn(folder)
      assert.ok(steps.length > 0, `examples/${folder}/README.md shows no transcript`)
      const workspace = join(environment.folder, folder)
      mkdirSync(workspace)
      cpSync(environment.given, workspace, { recursive: true })
      for (const step of steps) step.check(await output(step, workspace))
      left[folder]?.(workspace)
    })
})

test('every program of the examples is run by a test', () => {
  const shown = folders.flatMap((folder) => stepsIn(folder)).map(({ command }) => command[2] ?? '')
  const shared = /\/(application|qrcode|walk|keys|aliases-and-tags|symmetric|asymmetric|import)\.ts$/
  const programs = globSync('examples/*/*.ts', { cwd: root }).filter((file) => !shared.test(file))
  assert.deepEqual(
    programs.filter((file) => !(shown.includes(file) || isRunElsewhere(file.split('/')[1] ?? ''))),
    [],
  )
})

test('the table beside the official samples has every folder, and no other', () => {
  for (const page of ['README.md', 'README.zh-CN.md']) {
    const text = readFileSync(join(root, page), 'utf8')
    const listed = [...text.matchAll(/^\| \[([\w-]+)\]\(examples\/([\w-]+)\//gm)]
    for (const [, name, folder] of listed) assert.equal(name, folder)
    assert.deepEqual(new Set(listed.map(([, name]) => name)), new Set(folders), page)
  }
})

/** A program of the examples, and flags with which it cannot do its work. */
const wrong: readonly (readonly [program: string, ...flags: string[]])[] = [
  ['direct-encryption/encrypt.ts', '--key', 'alias/none'],
  ['direct-encryption/encrypt.ts', '--in', 'nothing.pem'],
  ['direct-encryption/encrypt.ts', '--colour', 'red'],
  ['direct-encryption/encrypt.ts', 'extra'],
  ['direct-encryption/decrypt.ts', '--in', 'certs/key.pem'],
  ['alipay/sdk-certificates.ts', '--root-cert', 'certs/none.crt'],
  ['alipay/sdk-certificates.ts', '--root-cert', 'notification.txt'],
  ['alipay/sdk-certificates.ts', '--app-cert', 'certs/alipayCertPublicKey.crt'],
  ['alipay/sdk-public-key.ts', '--alipay-public-key', 'notification.txt'],
  ['alipay/sdk-public-key.ts', '--key', 'alias/Apollo/WorkKey'],
  ['alipay/payments.ts', '--notification', 'certs/key.pem'],
  ['asymmetric-signature/main.ts', '--kind', 'dsa'],
  ['certificate-request/main.ts', '--key', 'alias/Apollo/WorkKey', '--out', 'wrong.csr'],
]

test('what goes wrong is one line and a status, and leaves no file', { concurrency: 3 }, async (context) => {
  const attempts = wrong.map(([program, ...args], index) =>
    context.test(`${program} ${args.join(' ')}`, async () => {
      const workspace = join(environment.folder, `wrong-${index}`)
      cpSync(environment.given, workspace, { recursive: true })
      const before = globSync('**/*', { cwd: workspace })
      const failure = await run(process.execPath, [join(examples, program), ...args], {
        cwd: workspace,
        env: environment.variables,
      }).then(
        () => assert.fail('it ended well'),
        (error: { code: number; stderr: string }) => error,
      )
      assert.equal(failure.code, 1)
      assert.match(failure.stderr, /^[^\n]+\n$/)
      assert.deepEqual(globSync('**/*', { cwd: workspace }), before)
    }),
  )
  await Promise.all(attempts)
})
