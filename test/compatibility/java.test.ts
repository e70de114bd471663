import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { asTheCloud, passes, secretsClientEnvironment, secretsClients, withApplication } from './application.ts'

/*
 * The official Java SDKs, unchanged, in the versions of java/pom.xml. KEYHAVEN_TEST_JAVA=1 opts in, because Maven then
 * downloads them into its own repository; a JDK from 11 on and mvn must be installed. Nothing is written beside the
 * sources.
 */
const programs = [
  ['FirstGeneration', 'the core SDK works over HTTP and HTTPS, in JSON and XML, and diagnoses a wrong secret'],
  ['TemporaryCredentials', 'a role is assumed and used by the core SDK'],
  ['SecondGeneration', 'the generated client works over HTTP and HTTPS'],
  ['InstanceSdk', 'the instance SDK works by ClientKey and CA, and shares ciphertexts with the OpenAPI gateway'],
  ['TransferSdk', 'the transfer client of the core SDK works across both gateways'],
] as const
/** The others have a setting of their own for the CA, which is to be what makes them work. */
const trustsByTheJvm: ReadonlySet<string> = new Set(['FirstGeneration', 'TemporaryCredentials'])
const run = promisify(execFile)

function missing(): string | false {
  if (process.env.KEYHAVEN_TEST_JAVA !== '1') return 'KEYHAVEN_TEST_JAVA is not 1'
  const absent = ['javac', 'mvn', 'keytool'].find((command) => spawnSync(command, ['-version']).error)
  return absent === undefined ? false : `${absent} is not installed`
}

describe('official Java clients', { skip: missing() }, () => {
  const output = mkdtempSync(join(tmpdir(), 'keyhaven-java-'))
  let classPath = ''

  before(async () => {
    const pom = new URL('java/pom.xml', import.meta.url).pathname
    const list = join(output, 'class-path')
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`]
    await run('mvn', ['-q', '-B', '-f', pom, `-Doutput=${output}`, ...goals], { timeout: 600_000 })
    classPath = `${join(output, 'classes')}:${readFileSync(list, 'utf8').trim()}`
  })
  after(() => rmSync(output, { recursive: true, force: true }))

  for (const [program, promise] of programs) {
    test(promise, () =>
      withApplication(async (environment, folder) => {
        const trust = trustsByTheJvm.has(program) ? await trustStore(join(folder, 'trust.p12'), environment) : []
        await passes('java', [...trust, '-cp', classPath, program], environment)
      }),
    )
  }

  test('the SDKs, as written for the cloud, come here under keyhaven run', () =>
    withApplication((environment) => passes('java', ['-cp', classPath, 'AsCloud'], asTheCloud(environment))))

  test('the secrets client reads secrets in XML, with an AccessKey and with ClientKeys', () =>
    withApplication(async (environment) => {
      for (const [name, way] of Object.entries(secretsClients))
        await passes('java', ['-cp', classPath, 'SecretsClient', name], secretsClientEnvironment(environment, way))
    }))
})

/** @returns the options by which a JVM trusts the CA of the server */
async function trustStore(path: string, { KEYHAVEN_CA = '' }: Record<string, string>): Promise<string[]> {
  const store = ['-keystore', path, '-storetype', 'PKCS12', '-storepass', 'changeit']
  await run('keytool', ['-importcert', '-noprompt', '-alias', 'keyhaven', '-file', KEYHAVEN_CA, ...store])
  return [`-Djavax.net.ssl.trustStore=${path}`, '-Djavax.net.ssl.trustStorePassword=changeit']
}
