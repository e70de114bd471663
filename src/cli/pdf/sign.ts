import { Command, Option } from 'commander'
import type { Client } from '../../sdk/client.ts'
import type { SignatureAlgorithm } from '../../signing/index.ts'
import type { Certification } from '../../signing/pdf/certification.ts'
import type { PdfSignatureLevel, PdfSignOptions } from '../../signing/pdf/options.ts'
import { type Context, contextOf } from '../context.ts'
import { repeated } from '../envelope/options.ts'
import { CliError } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { type AppearanceFlags, addAppearanceOptions, appearanceOf } from './appearance.ts'
import { signedName } from './names.ts'
import { readFile } from './read-file.ts'

interface SignFlags extends AppearanceFlags {
  readonly key: string
  readonly keyVersion?: string
  readonly algorithm?: SignatureAlgorithm
  readonly cert?: string
  readonly certSecret?: string
  readonly out?: string
  readonly force?: boolean
  readonly level?: PdfSignatureLevel
  readonly tsa?: string
  readonly tsaCaFile?: string
  readonly crl?: readonly string[]
  readonly ocsp?: readonly string[]
  readonly fetch: boolean
  readonly reason?: string
  readonly location?: string
  readonly name?: string
  readonly contact?: string
  readonly field?: string
  readonly certify?: Certification
  readonly allowExpired?: boolean
}

export function pdfSignCommand(): Command {
  const command = new Command('sign')
    .description('sign a document (PAdES); contract.pdf becomes contract-signed.pdf, earlier signatures stay valid')
    .argument('<file>', 'the document')
    .requiredOption('--key <key>', 'id, ARN or alias of the key that signs')
    .option('--key-version <id>', 'the newest unless given')
    .addOption(
      new Option('--algorithm <name>', 'of an RSA key, RSA_PKCS1_SHA_256 unless given').choices([
        'RSA_PKCS1_SHA_256',
        'RSA_PSS_SHA_256',
      ]),
    )
    .option('--cert <file>', 'PEM: the certificate of the key, then those above it')
    .option('--cert-secret <name>', 'secret that holds them as JSON with Certificate and CertificateChain')
    .option('--out <file>', 'where to write')
    .option('--force', 'replace a file that is there')
    .addOption(
      new Option('--level <level>', 'B-B, with --tsa B-T; B-LT adds what validation needs later').choices([
        'B-B',
        'B-T',
        'B-LT',
      ]),
    )
    .option(
      '--tsa <url>',
      'time-stamping authority (RFC 3161); its NAME:PASSWORD from KEYHAVEN_TSA_CREDENTIALS',
      tsaUrl,
    )
    .option('--tsa-ca-file <file>', 'CA certificates to trust for the connection to it, PEM')
    .option('--crl <file>', 'revocation list for B-LT, repeatable', repeated)
    .option('--ocsp <file>', 'OCSP response for B-LT, repeatable', repeated)
    .option('--no-fetch', 'for B-LT, ask no address that the certificates name')
  return addAppearanceOptions(addStatementOptions(command)).action((file: string, flags: SignFlags, self: Command) =>
    sign(contextOf(self), file, flags),
  )
}

const addStatementOptions = (command: Command): Command =>
  command
    .option('--reason <text>', 'why it is signed')
    .option('--location <text>', 'where')
    .option('--name <text>', 'of the signer')
    .option('--contact <text>', 'how to reach the signer')
    .option('--field <name>', 'an empty signature field to fill, or the name of a new one')
    .addOption(
      new Option('--certify <what>', 'sign as the author, who says what may still be done').choices([
        'no-changes',
        'form-filling',
        'annotations',
      ]),
    )
    .option('--allow-expired', 'sign although a certificate is out of date')

async function sign(context: Context, file: string, flags: SignFlags): Promise<void> {
  if ((flags.cert === undefined) === (flags.certSecret === undefined))
    throw new CliError('usage', 'give the certificates by --cert or by --cert-secret')
  const target = flags.out ?? signedName(file)
  await context.withClient((client) =>
    interruptible(context.io, async (signal) => {
      const { signPdfFile } = await import('../../signing/pdf/sign-file.ts')
      const options = await optionsOf(context, client, flags)
      await signPdfFile(context.path(file), context.path(target), { ...options, force: flags.force, signal })
      const level = flags.level ?? (flags.tsa === undefined ? 'B-B' : 'B-T')
      const report = { Signed: file, To: target, Level: `PAdES ${level}`, Algorithm: options.signer.algorithm }
      context.output.record(report, report)
    }),
  )
}

async function optionsOf(context: Context, client: Client, flags: SignFlags): Promise<PdfSignOptions> {
  const { reason, location, name, contact, field, certify, level, allowExpired } = flags
  const { heldKey } = await import('../../signing/held-key.ts')
  const certificates = await certificatesOf(context, client, flags)
  const signer = await heldKey(client, {
    keyId: flags.key,
    keyVersionId: flags.keyVersion,
    algorithm: flags.algorithm,
  })
  return {
    ...{ signer, certificates, reason, location, name, contact, field, certify, level, allowExpired },
    appearance: await appearanceOf(context, flags),
    timeStamp: timeStampOf(context, flags),
    validation: {
      crls: await Promise.all((flags.crl ?? []).map((each) => readFile(context, each))),
      ocspResponses: await Promise.all((flags.ocsp ?? []).map((each) => readFile(context, each))),
      isFetched: flags.fetch,
    },
  }
}

async function certificatesOf(context: Context, client: Client, { cert, certSecret }: SignFlags): Promise<Uint8Array> {
  if (cert !== undefined) return readFile(context, cert)
  const { certificatesFromSecret } = await import('../../signing/pdf/certificate-secret.ts')
  return Buffer.from(await certificatesFromSecret(client, certSecret))
}

/** Everybody on the machine can read the arguments of a program. */
function tsaUrl(text: string): string {
  if (!text.includes('@')) return text
  throw new CliError(
    'usage',
    'name and password of an authority belong into KEYHAVEN_TSA_CREDENTIALS, as NAME:PASSWORD',
  )
}

function timeStampOf({ flags, io, path }: Context, { tsa, tsaCaFile }: SignFlags): PdfSignOptions['timeStamp'] {
  if (tsa === undefined) return undefined
  return {
    url: tsa,
    credentials: io.env.KEYHAVEN_TSA_CREDENTIALS,
    proxy: flags.proxy === 'none' ? false : flags.proxy,
    proxyEnv: io.env,
    caFile: tsaCaFile === undefined ? undefined : path(tsaCaFile),
    attemptTimeoutMs: flags.timeout === undefined ? 30_000 : flags.timeout * 1000,
  }
}
