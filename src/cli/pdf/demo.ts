import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { ServiceError } from '../../sdk/errors.ts'
import type { HeldKey } from '../../signing/held-key.ts'
import { type Context, contextOf } from '../context.ts'
import { ExitStatus } from '../failure.ts'
import { writeTarget } from '../files.ts'
import { showReport } from './verify.ts'

interface DemoFlags {
  readonly keySpec: 'RSA_2048' | 'EC_P256' | 'EC_SM2'
  readonly force?: boolean
}

export const pdfDemoCommand = (): Command =>
  new Command('demo')
    .description('make an authority and a certificate with held keys, sign a document with it and verify it')
    .argument('[folder]', 'where to write certificates and documents', 'pdf-demo')
    .addOption(
      new Option('--key-spec <spec>', 'of both keys').choices(['RSA_2048', 'EC_P256', 'EC_SM2']).default('RSA_2048'),
    )
    .option('--force', 'replace files that are there')
    .action((folder: string, flags: DemoFlags, self: Command) => demo(contextOf(self), folder, flags))

async function demo(context: Context, folder: string, flags: DemoFlags): Promise<void> {
  await context.withClient(async (client) => {
    const ca = await demoKey(client, 'ca', flags)
    const signer = await demoKey(client, 'signer', flags)
    const { caPem, chainPem } = await certificatesFor(ca, signer)
    await mkdir(context.path(folder), { recursive: true })
    const write = (name: string, content: Uint8Array | string): Promise<void> =>
      writeTarget(context, join(folder, name), Buffer.from(content), {
        isForced: flags.force === true,
        isSecret: false,
      })
    await write('ca.pem', caPem)
    await write('chain.pem', chainPem)
    const document = await contract()
    await write('contract.pdf', document)
    const signed = await signedDocument(document, signer, chainPem)
    await write('contract-signed.pdf', signed)
    await verified(context, signed, caPem)
    if (!context.output.isJson) context.output.line(`\nca.pem, chain.pem and both documents are in ${folder}.`)
  })
}

/** One key of its kind is enough, however often this is run. */
async function demoKey(client: Client, name: string, { keySpec }: DemoFlags): Promise<HeldKey> {
  const { heldKey } = await import('../../signing/held-key.ts')
  const aliasName = `alias/pdf-demo-${name}-${keySpec}`
  try {
    await client.describeKey({ keyId: aliasName })
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'Forbidden.AliasNotFound')) throw error
    const { keyMetadata } = await client.createKey({ keySpec, keyUsage: 'SIGN/VERIFY' })
    await client.createAlias({ keyId: keyMetadata.keyId, aliasName })
  }
  return heldKey(client, { keyId: aliasName })
}

async function certificatesFor(ca: HeldKey, signer: HeldKey): Promise<{ caPem: string; chainPem: string }> {
  const { createCertificateRequest, issueCertificate, selfSignedCertificate } = await import(
    '../../signing/certificates.ts'
  )
  const caPem = await selfSignedCertificate(ca, { subject: 'CN=Keyhaven Demo CA', usage: 'ca' })
  const request = await createCertificateRequest(signer, { subject: 'CN=Zhang San,O=Example,C=CN' })
  const own = await issueCertificate(ca, { caCertificate: caPem, request, usage: 'pdf' })
  return { caPem, chainPem: own + caPem }
}

async function contract(): Promise<Uint8Array> {
  const { sampleDocument } = await import('../../signing/pdf/sample-document.ts')
  return sampleDocument(['Contract', '', 'Party A sells a bicycle to party B.'])
}

async function signedDocument(document: Uint8Array, signer: HeldKey, certificates: string): Promise<Uint8Array> {
  const { signPdf } = await import('../../signing/pdf/sign.ts')
  const appearance = { x: 72, y: 600, width: 260, height: 60 }
  return signPdf(document, { signer, certificates, reason: 'I agree', location: 'Hangzhou', appearance })
}

async function verified({ output }: Context, document: Uint8Array, trusted: string): Promise<void> {
  const { verifyPdf } = await import('../../signing/pdf/verify.ts')
  const report = await verifyPdf(document, { trusted })
  await showReport(output, report)
  if (!report.isValid) throw new ExitStatus(1)
}
