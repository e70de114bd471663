/**
 * Signs a PDF document with a held key of RSA, EC or SM2, and verifies it. The certificate comes from a secret, as in the
 * official sample, or from files. The private key never leaves the service.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import {
  certificatesFromSecret,
  type HeldKey,
  heldKey,
  sampleDocument,
  selfSignedCertificate,
  signPdf,
  verifyPdf,
} from '../../src/signing/index.ts'
import { check, example, flags } from '../example.ts'
import { type KeyWanted, withKey } from '../keys.ts'
import { instanceId, publicGateway } from '../settings.ts'

const kinds: Readonly<Record<string, KeyWanted['keySpec']>> = { rsa: 'RSA_2048', ec: 'EC_P256', sm2: 'EC_SM2' }

const given = flags({
  ...{ kind: 'rsa', key: '', version: '', in: '', out: 'sampleSignature.pdf' },
  ...{ secret: 'pdfSignCert', cert: '', chain: '', tsa: '', ca: '' },
})

await example(async () => {
  const keySpec = kinds[given.kind]
  check(keySpec !== undefined, `--kind is one of ${Object.keys(kinds).join(', ')}`)
  await using client = new Client(publicGateway())
  await withKey(client, { given: given.key, keySpec, keyUsage: 'SIGN/VERIFY' }, async (keyId) => {
    const signer = await heldKey(client, { keyId, keyVersionId: given.version || undefined })
    if (given.cert) await sign(signer, await certificatesFromFiles())
    else if (given.key) await sign(signer, await certificatesFromSecret(client, given.secret))
    else await withSecret(client, signer, async (secret) => sign(signer, await certificatesFromSecret(client, secret)))
  })
})

async function certificatesFromFiles(): Promise<string> {
  return (await readFile(given.cert, 'utf8')) + (given.chain ? await readFile(given.chain, 'utf8') : '')
}

/** A secret as the official sample expects it, with a certificate that the key gives itself; it is deleted afterwards. */
async function withSecret(client: Client, signer: HeldKey, work: (secretName: string) => Promise<void>): Promise<void> {
  const certificate = await selfSignedCertificate(signer, { subject: 'CN=Test,O=Example,C=CN', usage: 'pdf' })
  const secretName = `${given.secret}-${signer.keyId}`
  const secretData = JSON.stringify({ Certificate: certificate, CertificateChain: certificate })
  await client.createSecret({ secretName, versionId: 'v1', secretData, dKMSInstanceId: instanceId })
  try {
    await work(secretName)
  } finally {
    await client.deleteSecret({ secretName, forceDeleteWithoutRecovery: true })
  }
}

async function sign(signer: HeldKey, certificates: string): Promise<void> {
  const document = given.in ? await readFile(given.in) : sampleDocument(['A document to be signed'])
  const signed = await signPdf(document, {
    ...{ signer, certificates, reason: 'Test', location: 'TestLocation', field: 'signature1' },
    appearance: { page: 1, x: 400, y: 50, width: 200, height: 100 },
    timeStamp: given.tsa ? { url: given.tsa } : undefined,
  })
  // Without --ca the certificate of the signer is trusted as it is.
  const trusted = given.ca ? await readFile(given.ca, 'utf8') : certificates
  const { isValid, signatures } = await verifyPdf(signed, { trusted })
  check(isValid, `the signature is valid: ${signatures.flatMap(({ problems }) => problems).join(' ')}`)
  const content = Buffer.from(signed)
  content[document.length - 20] = (content[document.length - 20] ?? 0) ^ 1
  check(!(await isValidPdf(content, trusted)), 'a changed document is refused')
  await writeFile(given.out, signed)
  console.log(`${signer.algorithm}: ${given.out}, PAdES ${signatures.at(-1)?.level}, verified`)
}

/** A document that cannot even be read is not valid. */
function isValidPdf(pdf: Uint8Array, trusted: string): Promise<boolean> {
  return verifyPdf(pdf, { trusted }).then(
    (report) => report.isValid,
    () => false,
  )
}
