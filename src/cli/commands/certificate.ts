import { Command } from 'commander'
import { formatName } from '../../certificates/name.ts'
import { type CertificateUsage, certificateUsages } from '../../certificates/usage.ts'
import {
  issueCertificate,
  parseCertificates,
  requireCertificateOf,
  selfSignedCertificate,
  verifyChain,
} from '../../signing/certificates.ts'
import { type OutFlags, readCertificateText, readEncoded, writePem } from '../certificate/files.ts'
import { type HeldKeyFlags, heldKeyFrom, withHeldKey } from '../certificate/held-key-options.ts'
import { certificateFields } from '../certificate/shown.ts'
import { contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { repeated, repeatedWords } from '../names.ts'

interface TermFlags extends HeldKeyFlags, OutFlags {
  readonly usage: string
  readonly days?: number
  readonly pathLength?: number
  readonly san?: readonly string[]
  readonly keyUsage?: readonly string[]
  readonly extKeyUsage?: readonly string[]
}

/** `keyhaven certificate …`: certificates that held keys sign. */
export function certificateCommand(): Command {
  return new Command('certificate')
    .description('certificates signed by held keys')
    .addCommand(selfSignCommand())
    .addCommand(issueCommand())
    .addCommand(
      new Command('show')
        .description('show certificates, without verifying them')
        .argument('<file>', 'PEM or DER; - for standard input')
        .action(show),
    )
    .addCommand(verifyCommand())
}

const usages = certificateUsages.join(', ')

const withTerms = (command: Command): Command =>
  withHeldKey(command)
    .requiredOption('--usage <usage>', `what it is for: ${usages}`)
    .option('--days <n>', 'days of validity; 397 unless given, ten years for a CA', Number)
    .option('--path-length <n>', 'how many CAs may be below a CA', Number)
    .option('--san <name>', 'another name, repeatable: DNS:…, IP:…, email:…, URI:…; the kind may be left out', repeated)
    .option('--key-usage <usages>', 'instead of what the usage stands for', repeatedWords)
    .option('--ext-key-usage <purposes>', 'instead of what the usage stands for', repeatedWords)
    .option('--out <file>', 'where to write; - for standard output', '-')
    .option('--force', 'replace a file that is there')

const selfSignCommand = (): Command =>
  withTerms(new Command('self-sign'))
    .description('make a certificate that a held key signs for itself')
    .requiredOption('--subject <name>', 'such as "CN=Example Root,O=示例,C=CN"')
    .action(selfSign)

const issueCommand = (): Command =>
  withTerms(new Command('issue'))
    .description('make a certificate for a request, signed by the held key of a CA')
    .argument('<request>', 'the request, PEM or DER; its signature is verified')
    .requiredOption('--ca <file>', 'the certificate of the CA')
    .option('--subject <name>', 'instead of the subject of the request')
    .action(issue)

const verifyCommand = (): Command =>
  new Command('verify')
    .description('verify that a certificate is issued by one that is trusted')
    .argument('<file>', 'the certificate; others that follow in the file may stand between')
    .requiredOption('--trust <file>', 'certificates that are trusted')
    .option('--chain <file>', 'certificates that may stand between')
    .option('--usage <usage>', `what it has to be good for: ${usages}`)
    .option('--at <time>', 'time at which it has to be valid; now unless given')
    .option('--key <key>', 'held key that it has to be about')
    .action(verify)

const termsOf = (flags: TermFlags) => ({
  usage: flags.usage as CertificateUsage,
  days: flags.days,
  pathLength: flags.pathLength,
  alternativeNames: flags.san,
  keyUsage: flags.keyUsage,
  extendedKeyUsage: flags.extKeyUsage,
})

async function selfSign(flags: TermFlags & { subject: string }, command: Command): Promise<void> {
  const context = contextOf(command)
  const options = { ...termsOf(flags), subject: flags.subject }
  const pem = await context.withClient(async (client) =>
    selfSignedCertificate(await heldKeyFrom(client, flags), options),
  )
  await writePem(context, pem, flags)
}

async function issue(
  file: string,
  flags: TermFlags & { ca: string; subject?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const request = await readEncoded(context, file)
  const caCertificate = await readEncoded(context, flags.ca)
  const options = { ...termsOf(flags), request, caCertificate, subject: flags.subject }
  const pem = await context.withClient(async (client) => issueCertificate(await heldKeyFrom(client, flags), options))
  await writePem(context, pem, flags)
}

async function show(file: string, _options: object, command: Command): Promise<void> {
  const context = contextOf(command)
  const shown = parseCertificates(await readCertificateText(context, file)).map(certificateFields)
  if (context.output.isJson) context.output.json({ certificates: shown })
  else
    shown.forEach((fields, index) => {
      if (index > 0) context.output.line('')
      context.output.record(fields, fields)
    })
}

interface VerifyFlags {
  readonly trust: string
  readonly chain?: string
  readonly usage?: string
  readonly at?: string
  readonly key?: string
}

async function verify(file: string, flags: VerifyFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const { key, chain: between } = flags
  const chain = verifyChain(await readCertificateText(context, file), {
    trusted: await readCertificateText(context, flags.trust),
    intermediates: between === undefined ? undefined : await readCertificateText(context, between),
    usage: flags.usage as CertificateUsage | undefined,
    at: timeOf(flags.at),
  })
  const [certificate] = chain
  if (key !== undefined && certificate !== undefined)
    await context.withClient(async (client) => requireCertificateOf(await heldKeyFrom(client, { key }), certificate))
  const names = chain.map(({ subject }) => formatName(subject))
  context.output.record({ Verified: file, Chain: names.join(' ← ') }, { verified: true, chain: names })
}

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new CliError('badTime', `--at ${text} is no time; write it as 2026-12-31T00:00:00Z`)
  return time
}
