import { Command } from 'commander'
import type { DistinguishedName } from '../../certificates/name.ts'
import type { PdfReport, PdfSignatureReport } from '../../signing/pdf/report.ts'
import { type Context, contextOf } from '../context.ts'
import { repeated } from '../envelope/options.ts'
import { CliError, ExitStatus } from '../failure.ts'
import type { Output } from '../output.ts'
import { readFile } from './read-file.ts'

interface VerifyFlags {
  readonly ca?: readonly string[]
  readonly anySigner?: boolean
  readonly at?: string
}

export const pdfVerifyCommand = (): Command =>
  new Command('verify')
    .description('verify all signatures of a document, and tell what was done to it afterwards; asks no server')
    .argument('<file>', 'the document')
    .option('--ca <file>', 'certificate authorities to trust, those of time stamps too, PEM; repeatable', repeated)
    .option('--any-signer', 'be content with signatures that are intact, whoever made them')
    .option(
      '--at <time>',
      'when signatures without a time stamp have to be valid, such as 2026-01-31; now unless given',
    )
    .addHelpText('after', '\nThe status is 0 only if there are signatures and all of them are valid.')
    .action((file: string, flags: VerifyFlags, self: Command) => verify(contextOf(self), file, flags))

async function verify(context: Context, file: string, flags: VerifyFlags): Promise<void> {
  const { verifyPdfFile } = await import('../../signing/pdf/verify.ts')
  const trusted = await Promise.all((flags.ca ?? []).map((each) => readFile(context, each)))
  const report = await verifyPdfFile(context.path(file), {
    ...(trusted.length > 0 && { trusted: trusted.map((each) => Buffer.from(each).toString('latin1')).join('\n') }),
    at: timeOf(flags.at),
  })
  await showReport(context.output, report)
  const isEnough = (each: PdfSignatureReport): boolean =>
    each.isValid || (flags.anySigner === true && isUnchanged(each))
  if (report.signatures.length === 0) throw new CliError('notSigned', `${file} has no signature`)
  if (!report.signatures.every(isEnough)) throw new ExitStatus(1)
}

/** Nothing stands against it but that nobody vouches for the signer. */
const isUnchanged = ({ isIntact, hasForbiddenChanges }: PdfSignatureReport): boolean => isIntact && !hasForbiddenChanges

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new CliError('badTime', `"${text}" is no time, such as 2026-01-31`)
  return date
}

export async function showReport(output: Output, report: PdfReport): Promise<void> {
  const { formatName } = await import('../../certificates/name.ts')
  if (output.isJson) {
    const signatures = report.signatures.map((each) => plainReport(each, formatName))
    output.json({ isValid: report.isValid, signatures })
    return
  }
  for (const [index, signature] of report.signatures.entries()) {
    if (index > 0) output.line('')
    output.record(fieldsOf(signature, formatName), undefined)
  }
}

type FormatName = (name: DistinguishedName) => string

const plainReport = ({ certificate, ...rest }: PdfSignatureReport, formatName: FormatName) => ({
  ...rest,
  signedAt: rest.signedAt?.toISOString(),
  stampedAt: rest.stampedAt?.toISOString(),
  signer: certificate && formatName(certificate.subject),
  issuer: certificate && formatName(certificate.issuer),
  serialNumber: certificate?.serialNumber,
})

function fieldsOf(signature: PdfSignatureReport, formatName: FormatName): Record<string, string | undefined> {
  const { certificate, problems, changes, level, stampedAt, signedAt, kind } = signature
  return {
    [kind === 'timeStamp' ? 'Time stamp' : 'Signature']: signature.field,
    Verdict: signature.isValid ? 'valid' : 'NOT VALID',
    Problem: problems.join(' '),
    Signer: certificate && formatName(certificate.subject),
    Issuer: certificate && formatName(certificate.issuer),
    'Says the signer': signedAt?.toISOString(),
    'Says the authority': stampedAt?.toISOString(),
    Level: level && `PAdES ${level}`,
    Revoked: signature.revocation === 'unknown' ? 'not known' : signature.revocation === 'good' ? 'no' : 'yes',
    Name: signature.name,
    Reason: signature.reason,
    Location: signature.location,
    Contact: signature.contact,
    Allows: signature.certification,
    Covers: signature.coversWholeDocument ? 'the whole document' : 'the document before changes',
    Changes: changes.map((change) => `${change.kind}: ${change.what}`).join(', '),
  }
}
