import { Command } from 'commander'
import { createCertificateRequest, parseCertificateRequest } from '../../signing/certificates.ts'
import { type OutFlags, readEncoded, writePem } from '../certificate/files.ts'
import { type HeldKeyFlags, heldKeyFrom, withHeldKey } from '../certificate/held-key-options.ts'
import { requestFields } from '../certificate/shown.ts'
import { contextOf } from '../context.ts'
import { repeated, repeatedWords } from '../names.ts'

interface CreateFlags extends HeldKeyFlags, OutFlags {
  readonly subject: string
  readonly san?: readonly string[]
  readonly keyUsage?: readonly string[]
  readonly extKeyUsage?: readonly string[]
}

/** `keyhaven csr …`: certificate requests for held keys. */
export function csrCommand(): Command {
  return new Command('csr')
    .description('certificate requests for held keys')
    .addCommand(createCommand())
    .addCommand(
      new Command('show')
        .description('show a request whose signature is right')
        .argument('<file>', 'the request, PEM or DER; - for standard input')
        .action(show),
    )
    .addCommand(
      new Command('verify')
        .description('verify that a request is signed by its own key')
        .argument('<file>', 'the request, PEM or DER; - for standard input')
        .action(verify),
    )
}

const createCommand = (): Command =>
  withHeldKey(new Command('create'))
    .description('make a certificate request (PKCS #10); the private key stays where it is')
    .requiredOption('--subject <name>', 'such as "CN=example.com,O=示例,C=CN"')
    .option('--san <name>', 'another name, repeatable: DNS:…, IP:…, email:…, URI:…; the kind may be left out', repeated)
    .option('--key-usage <usages>', 'such as digitalSignature,nonRepudiation', repeatedWords)
    .option('--ext-key-usage <purposes>', 'such as serverAuth,clientAuth, or OIDs', repeatedWords)
    .option('--out <file>', 'where to write; - for standard output', '-')
    .option('--force', 'replace a file that is there')
    .action(create)

async function create(flags: CreateFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const pem = await context.withClient(async (client) =>
    createCertificateRequest(await heldKeyFrom(client, flags), {
      subject: flags.subject,
      alternativeNames: flags.san,
      keyUsage: flags.keyUsage,
      extendedKeyUsage: flags.extKeyUsage,
    }),
  )
  await writePem(context, pem, flags)
}

async function show(file: string, _options: object, command: Command): Promise<void> {
  const context = contextOf(command)
  const fields = requestFields(parseCertificateRequest(await readEncoded(context, file)))
  context.output.record(fields, fields)
}

async function verify(file: string, _options: object, command: Command): Promise<void> {
  const context = contextOf(command)
  const { Subject, Key } = requestFields(parseCertificateRequest(await readEncoded(context, file)))
  context.output.record({ Verified: file, Subject, Key }, { verified: true, Subject, Key })
}
