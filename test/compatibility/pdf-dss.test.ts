import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { localKey } from '../../src/signing/local-key.ts'
import { signPdf } from '../../src/signing/pdf/sign.ts'
import { opensslMissing } from '../kit/openssl.ts'
import { libraryPdf } from '../kit/pdf.ts'
import { startServices, type TestServices } from '../kit/pdf-authorities.ts'

/*
 * The reference validator of the European Commission (Digital Signature Service), which says what level of PAdES a
 * signature has. KEYHAVEN_TEST_JAVA=1 opts in, because Maven then downloads it.
 */
const run = promisify(execFile)

function missing(): string | false {
  if (process.env.KEYHAVEN_TEST_JAVA !== '1') return 'KEYHAVEN_TEST_JAVA is not 1'
  const absent = ['javac', 'mvn'].find((command) => spawnSync(command, ['-version']).error)
  return absent === undefined ? opensslMissing : `${absent} is not installed`
}

describe('PDF signatures and the European reference validator', { skip: missing() }, () => {
  const output = mkdtempSync(join(tmpdir(), 'keyhaven-dss-'))
  let services: TestServices
  let classPath = ''

  before(async () => {
    const pom = new URL('dss/pom.xml', import.meta.url).pathname
    const list = join(output, 'class-path')
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`]
    await run('mvn', ['-q', '-B', '-f', pom, `-Doutput=${output}`, ...goals], { timeout: 600_000 })
    classPath = `${join(output, 'classes')}:${readFileSync(list, 'utf8').trim()}`
    services = await startServices()
  })
  after(async () => {
    await services.close()
    rmSync(output, { recursive: true, force: true })
  })

  test('it finds signatures by RSA and EC keys valid, and of the level PAdES-BASELINE-LT', async () => {
    const extensions = [
      'keyUsage=critical,digitalSignature,nonRepudiation',
      `crlDistributionPoints=URI:${services.crl}`,
    ]
    let pdf = await libraryPdf()
    for (const kind of ['rsa', 'ec'] as const) {
      const by = services.authority.issue(kind, `Signer ${kind}`, { extensions })
      const signer = localKey(by.privateKey)
      const timeStamp = { url: services.tsa }
      pdf = await signPdf(pdf, { signer, certificates: by.chain, level: 'B-LT', timeStamp, reason: '同意' })
    }
    writeFileSync(join(output, 'signed.pdf'), pdf)
    writeFileSync(join(output, 'ca.pem'), services.authority.certificate)
    const { stdout } = await run('java', ['-cp', classPath, 'ValidatePdf', 'ca.pem', 'signed.pdf'], { cwd: output })
    const verdicts = stdout.split('\n').filter((line) => line.startsWith('PAdES'))
    assert.deepEqual(verdicts, Array(2).fill('PAdES-BASELINE-LT TOTAL_PASSED'))
  })
})
