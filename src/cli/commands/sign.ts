import { Command, Option } from 'commander'
import { withClientKey } from '../client-key.ts'
import { signCommandAction } from '../signing/sign.ts'
import { verifyCommandAction } from '../signing/verify.ts'

/** The forms of a signature: what KMS makes, r ‖ s, their text, and tokens that hold what is signed. */
const form = (): Option =>
  new Option(
    '--form <form>',
    'der: as KMS makes it; raw: r and s of EC and SM2 in 64 bytes; base64: text of der; jws; jwt',
  )
    .choices(['der', 'raw', 'base64', 'jws', 'jwt'])
    .default('der')

/** `keyhaven sign` and `keyhaven verify`. */
export function signCommands(): readonly Command[] {
  return [
    withClientKey(new Command('sign'))
      .description('sign a file of any size with a held key; writes FILE.sig')
      .argument('<file>', 'what to sign; - for standard input')
      .requiredOption('--key <key>', 'id, ARN or alias of a key for SIGN/VERIFY')
      .option('--key-version <id>', 'version of the key; the newest unless given, in an instance the first')
      .option('--algorithm <name>', 'RSA_PKCS1_SHA_256 (unless given) or RSA_PSS_SHA_256, where the key is one of RSA')
      .addOption(form())
      .option('--out <file>', 'where to write; - for standard output')
      .option('--force', 'replace a file that is there')
      .action(signCommandAction),
    withClientKey(new Command('verify'))
      .description('verify a signature; ends with status 1 if it is wrong')
      .argument('<file>', 'what was signed; - for standard input. With --form jws or jwt the token itself')
      .option('--signature <file>', 'the signature; FILE.sig unless given')
      .option('--key <key>', 'id, ARN or alias of the key that signed: the service verifies')
      .option('--key-version <id>', 'version of the key; each of them unless given, in an instance the first')
      .option('--local <file>', 'public key, certificate (PEM, DER) or jwks.json: verified here, without the service')
      .option('--algorithm <name>', 'as for sign')
      .addOption(form())
      .option('--out <file>', 'with --form jws or jwt: where to write what the token says; - for standard output')
      .option('--force', 'replace a file that is there')
      .action(verifyCommandAction),
  ]
}
