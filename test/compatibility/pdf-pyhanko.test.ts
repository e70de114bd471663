import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { localKey } from '../../src/signing/local-key.ts'
import type { PdfSignOptions } from '../../src/signing/pdf/options.ts'
import { signPdf } from '../../src/signing/pdf/sign.ts'
import { verifyPdf } from '../../src/signing/pdf/verify.ts'
import { opensslMissing } from '../kit/openssl.ts'
import { handmadePdf, libraryPdf, withFiles } from '../kit/pdf.ts'
import { enter, startServices, type TestServices } from '../kit/pdf-authorities.ts'
import type { TestIdentity } from '../kit/pdf-certificates.ts'

/** Another implementation of PAdES, in Python: `pip install pyhanko-cli`. KEYHAVEN_PYHANKO says where it is. */
const program = process.env.KEYHAVEN_PYHANKO ?? 'pyhanko'
const isThere = spawnSync(program, ['--version']).status === 0
const skip = opensslMissing || (isThere ? false : `${program} is not installed (pip install pyhanko-cli)`)

describe('PDF signatures and pyHanko', { skip }, () => {
  let services: TestServices
  let identity: TestIdentity
  before(async () => {
    services = await startServices()
    identity = services.authority.issue('rsa')
    enter(services.authority, identity.chain)
  })
  after(() => services.close())

  const signed = (pdf: Uint8Array, more: Partial<PdfSignOptions> = {}): Promise<Uint8Array> =>
    signPdf(pdf, { signer: localKey(identity.privateKey), certificates: identity.chain, ...more })

  /** What it prints about a document; its warnings are about its own options. */
  function judged(pdf: Uint8Array, command: string, ...options: readonly string[]): string {
    const words = ['sign', command, '--trust', 'ca.pem', '--trust-replace', '--executive-summary', ...options, 'a.pdf']
    return withFiles({ 'a.pdf': pdf, 'ca.pem': identity.ca }, (cwd) => {
      const { stdout } = spawnSync(program, words, { cwd, encoding: 'utf8' })
      return stdout.replace(/:[0-9a-f]{64}/g, '').trim()
    })
  }

  /** A document with a signature by pyHanko. */
  const signedThere = (pdf: Uint8Array, field: string): Uint8Array =>
    withFiles(
      { 'a.pdf': pdf, key: identity.privateKey, cert: identity.chain.replace(identity.ca, ''), 'ca.pem': identity.ca },
      (cwd) => {
        const key = ['pemder', '--key', 'key', '--cert', 'cert', '--chain', 'ca.pem', '--no-pass']
        const words = ['sign', 'addsig', '--field', field, '--use-pades', ...key, 'a.pdf', 'b.pdf']
        const { status, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8' })
        assert.equal(status, 0, stderr)
        return readFileSync(join(cwd, 'b.pdf'))
      },
    )

  test('it finds signatures of level B-B valid, also two in a document', async () => {
    const twice = await signed(await signed(await libraryPdf(), { reason: '同意', appearance: place }))
    assert.equal(judged(twice, 'validate', '--no-revocation-check'), 'Signature1:VALID\nSignature2:VALID')
    const certified = await signed(await signed(handmadePdf(), { certify: 'form-filling' }))
    assert.equal(judged(certified, 'validate', '--no-revocation-check'), 'Signature1:VALID\nSignature2:VALID')
  })

  test('it finds signatures of level B-LT valid with what is in the document alone', async () => {
    const by = services.authority.issue('ec', 'Long', {
      extensions: ['keyUsage=critical,digitalSignature,nonRepudiation', `crlDistributionPoints=URI:${services.crl}`],
    })
    const options = { level: 'B-LT', timeStamp: { url: services.tsa } } as const
    const pdf = await signed(await libraryPdf(), {
      ...options,
      ...{ signer: localKey(by.privateKey), certificates: by.chain },
    })
    assert.equal(judged(pdf, 'adesverify'), 'Signature1:VALID')
  })

  test('its signatures are verified here, beside ours', async () => {
    const both = signedThere(await signed(await libraryPdf()), 'There')
    const all = await signed(both)
    const { signatures, isValid } = await verifyPdf(all, { trusted: identity.ca })
    assert.deepEqual(
      signatures.map(({ field, problems, level }) => [field, problems, level]),
      ['Signature1', 'There', 'Signature2'].map((field) => [field, [], 'B-B']),
    )
    assert.ok(isValid)
    assert.equal(judged(all, 'validate', '--no-revocation-check').split('\n').length, 3)
  })
})

const place = { x: 50, y: 50, width: 200, height: 60 }
