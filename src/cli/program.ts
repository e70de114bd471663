import { Command, CommanderError } from 'commander'
import { version } from '../api/version.ts'
import { asking, isDangerous } from './asking.ts'
import { withLongFlags } from './bench/official-flags.ts'
import { addGlobalOptions, setIo } from './context.ts'
import { ExitStatus, failureLine, failureStatus } from './failure.ts'
import type { Io } from './io.ts'
import { isVersionQuestion } from './version-question.ts'

interface Entry {
  readonly description: string
  /** the module is read only when its command is used, so that each one starts fast */
  readonly load: () => Promise<readonly Command[]>
}

const server = async () => (await import('./commands/server.ts')).serverCommands()
const seal = async () => (await import('./commands/seal.ts')).sealCommands()
const wire = async () => (await import('./commands/wire.ts')).wireCommands()
const access = async () => (await import('./commands/access.ts')).accessCommands()
const configure = async () => (await import('./commands/configure.ts')).configureCommands()
const signing = async () => (await import('./commands/sign.ts')).signCommands()
const cryptography = async () => (await import('./commands/cryptography.ts')).cryptographyCommands()

/** Every command of the program, in the order of its help. */
const commands: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'key',
    { description: 'create and manage keys', load: async () => [(await import('./commands/key.ts')).keyCommand()] },
  ],
  ['alias', { description: 'name keys', load: async () => [(await import('./commands/alias.ts')).aliasCommand()] }],
  ['encrypt', { description: 'encrypt a file of up to 6 KB', load: cryptography }],
  ['decrypt', { description: 'decrypt a file that encrypt wrote', load: cryptography }],
  [
    'csr',
    {
      description: 'certificate requests for held keys',
      load: async () => [(await import('./commands/csr.ts')).csrCommand()],
    },
  ],
  [
    'certificate',
    {
      description: 'certificates signed by held keys',
      load: async () => [(await import('./commands/certificate.ts')).certificateCommand()],
    },
  ],
  ['sign', { description: 'sign a file with a held key', load: signing }],
  ['verify', { description: 'verify the signature of a file, or a token', load: signing }],
  [
    'jwks',
    {
      description: 'print public keys for whoever verifies tokens',
      load: async () => [(await import('./commands/jwks.ts')).jwksCommand()],
    },
  ],
  [
    'mac',
    {
      description: 'message authentication codes of HMAC keys',
      load: async () => [(await import('./commands/mac.ts')).macCommand()],
    },
  ],
  [
    'asymmetric',
    {
      description: 'encrypt and decrypt a few bytes under an RSA or SM2 key',
      load: async () => [(await import('./commands/asymmetric.ts')).asymmetricCommand()],
    },
  ],
  [
    'envelope',
    {
      description: 'encrypt files and streams of any size with data keys of the service',
      load: async () => [(await import('./commands/envelope.ts')).envelopeCommand()],
    },
  ],
  [
    'pdf',
    {
      description: 'sign PDF documents, and verify them',
      load: async () => [(await import('./commands/pdf.ts')).pdfCommand()],
    },
  ],
  [
    'secret',
    {
      description: 'store, read and rotate secrets',
      load: async () => [(await import('./commands/secret.ts')).secretCommand()],
    },
  ],
  [
    'run',
    {
      description: 'run a program for which the server here is the cloud, or a command with secrets',
      load: async () => [(await import('./commands/run.ts')).runCommand()],
    },
  ],
  [
    'agent',
    {
      description: 'a local cache of secrets for programs on this machine',
      load: async () => [(await import('./commands/agent.ts')).agentCommand()],
    },
  ],
  [
    'kubernetes-kms',
    {
      description: 'the KMS plugin of a Kubernetes API server',
      load: async () => [(await import('./commands/kubernetes-kms.ts')).kubernetesKmsCommand()],
    },
  ],
  [
    'seed',
    {
      description: 'what a development server has from the start',
      load: async () => [(await import('./commands/seed.ts')).seedCommand()],
    },
  ],
  [
    'import',
    {
      description: 'import key material from a file, or keys and secrets of another server',
      load: async () => [(await import('./commands/import.ts')).importCommand()],
    },
  ],
  [
    'export',
    {
      description: 'bring keys and secrets of this server elsewhere',
      load: async () => [(await import('./commands/export.ts')).exportCommand()],
    },
  ],
  [
    'data-key',
    {
      description: 'make data keys, and hand them to whoever has a private key',
      load: async () => [(await import('./commands/data-key.ts')).dataKeyCommand()],
    },
  ],
  [
    're-encrypt',
    {
      description: 'put ciphertexts of the service under another key',
      load: async () => [(await import('./commands/re-encrypt.ts')).reEncryptCommand()],
    },
  ],
  [
    'tag',
    {
      description: 'tags of keys and secrets',
      load: async () => [(await import('./commands/tag.ts')).tagCommand()],
    },
  ],
  ['user', { description: 'create and manage users', load: access }],
  ['group', { description: 'users who have the same policies', load: access }],
  ['access-key', { description: 'what users sign their calls with', load: access }],
  ['policy', { description: 'what users, groups and roles may do', load: access }],
  ['role', { description: 'permissions that others take on for a while', load: access }],
  ['oidc-provider', { description: 'identity providers whose tokens open sessions of roles', load: access }],
  [
    'app',
    {
      description: 'applications that use a KMS instance with a ClientKey',
      load: async () => [(await import('./commands/app.ts')).appCommand()],
    },
  ],
  [
    'metadata',
    {
      description: 'give programs on this machine the credentials of a role',
      load: async () => [(await import('./commands/metadata.ts')).metadataCommand()],
    },
  ],
  ['configure', { description: 'say where the server is and as whom to call it', load: configure }],
  ['login', { description: 'the same: write a profile', load: configure }],
  [
    'bench',
    {
      description: 'put a server under load and measure it',
      load: async () => [(await import('./commands/bench.ts')).benchCommand()],
    },
  ],
  ['kms', { description: 'call any operation by its wire names', load: wire }],
  ['ram', { description: 'call any operation of RAM by its wire names', load: wire }],
  ['sts', { description: 'call any operation of STS by its wire names', load: wire }],
  [
    'dev',
    {
      description: 'run a command beside a server of its own',
      load: async () => [(await import('./commands/dev.ts')).devCommand()],
    },
  ],
  [
    'env',
    {
      description: 'print what clients need to reach the server here',
      load: async () => [(await import('./commands/env.ts')).envCommand()],
    },
  ],
  [
    'compare',
    {
      description: 'report what two servers answer differently',
      load: async () => [(await import('./commands/compare.ts')).compareCommand()],
    },
  ],
  ['server', { description: 'run the service', load: server }],
  ['start', { description: 'make the deployment at the first start, and run the service', load: server }],
  ['init', { description: 'make a production deployment', load: server }],
  ['reseal', { description: 'change the root secret or the kind of seal', load: server }],
  ['backup', { description: 'write a backup while a server runs, or verify one', load: server }],
  ['restore', { description: 'make of a backup the deployment that it was', load: server }],
  ['rotate-root-key', { description: 'change the root key and put everything under the new one', load: server }],
  ['status', { description: 'show the state of the server that runs here', load: seal }],
  ['seal', { description: 'make the server forget all keys, at once', load: seal }],
  ['unseal', { description: 'give the server its root secret', load: seal }],
  ['trust-clock', { description: 'confirm the clock after it has jumped', load: seal }],
  [
    'completion',
    {
      description: 'let a shell complete commands and options',
      load: async () => [(await import('./commands/completion.ts')).completionCommand(wholeProgram)],
    },
  ],
  [
    'audit',
    {
      description: 'verify and read the audit log',
      load: async () => [(await import('./commands/audit.ts')).auditCommand()],
    },
  ],
])

/**
 * Runs the program once.
 *
 * @param argv - without the names of program and script
 * @returns the exit status: 0; after one line on `io.stderr` 2 if it was called wrongly, 1 for everything else
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (isVersionQuestion(argv)) {
    io.stdout.write(`${version}\n`)
    return 0
  }
  const words = withLongFlags(withHelpAsOption(argv))
  const program = await programFor(words, io)
  try {
    await program.parseAsync(
      namesNoCommand(program, words) ? words.filter((word) => word !== '--help' && word !== '-h') : words,
      { from: 'user' },
    )
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return usageStatus(program, words, error, io)
    if (error instanceof ExitStatus) return error.status
    io.stderr.write(`keyhaven: ${failureLine(error)}\n`)
    return failureStatus(error)
  }
}

/** `keyhaven help key create` is `keyhaven key create --help`. */
export const withHelpAsOption = (argv: readonly string[]): readonly string[] =>
  argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv

/** The program with the command that `argv` names; the others are there by name only. */
export async function programFor(argv: readonly string[], io: Io): Promise<Command> {
  const program = addGlobalOptions(new Command('keyhaven'))
    .addHelpText('after', endOfHelp)
    .description('a self-hosted key management service, and its client')
    .helpCommand(false)
  setIo(program, io)
  const wanted = argv[commandIndex(program, argv)]
  for (const [name, { description, load }] of commands)
    program.addCommand(
      (name === wanted ? await loaded(name, load) : undefined) ?? new Command(name).description(description),
    )
  for (const command of withSubcommands(program)) {
    quieten(command, io)
    if (isDangerous(command)) asking(command)
  }
  return program
}

/** The program with every command, which takes longer to load than any of them is worth. */
export async function wholeProgram(): Promise<Command> {
  const program = addGlobalOptions(new Command('keyhaven'))
  for (const [name, { load }] of commands) {
    const command = await loaded(name, load)
    if (command) program.addCommand(command)
  }
  for (const command of withSubcommands(program)) if (isDangerous(command)) asking(command)
  return program
}

const loaded = async (name: string, load: Entry['load']): Promise<Command | undefined> =>
  (await load()).find((command) => command.name() === name)

/** Where the first argument is that is neither an option of the program nor such an option's value. */
function commandIndex(program: Command, argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (!argument.startsWith('-')) return index
    const option = program.options.find(({ long, short }) => long === argument || short === argument)
    if (option?.required) index++
  }
  return argv.length
}

/** Whether a word stands where a command has to, and is none: asked for help, commander would show that of what is before it. */
function namesNoCommand(program: Command, argv: readonly string[]): boolean {
  let command = program
  for (const word of argv.slice(commandIndex(program, argv))) {
    if (word.startsWith('-') || command.commands.length === 0 || command.registeredArguments.length > 0) return false
    const inner = command.commands.find((candidate) => candidate.name() === word)
    if (!inner) return true
    command = inner
  }
  return false
}

function* withSubcommands(command: Command): Generator<Command> {
  yield command
  for (const inner of command.commands) yield* withSubcommands(inner)
}

/** Help goes to standard output; a usage error is thrown and reported like any other. */
function quieten(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: () => {},
    getOutHelpWidth: () => io.stdout.columns ?? 100,
    getOutHasColors: () => io.stdout.isTTY === true,
  })
}

function usageStatus(program: Command, words: readonly string[], error: CommanderError, io: Io): number {
  if (error.exitCode === 0) return 0
  const isBare = error.code === 'commander.help'
  if (isBare && io.stdout.isTTY) familyOf(program, words)?.outputHelp()
  const message = isBare ? commandMissing(program, words) : error.message
  io.stderr.write(`keyhaven: usage: ${message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}\n`)
  return 2
}

const endOfHelp = `
"keyhaven --version" prints the version of this program.
Exit status: 0 done; 1 not done, one line on standard error says why; 2 called wrongly; 130 or 143 ended by a signal.`

const familyOf = (program: Command, words: readonly string[]): Command | undefined =>
  program.commands.find((command) => command.name() === words[commandIndex(program, words)])

/** Commander's own answer would be the whole help, on standard error. */
function commandMissing(program: Command, words: readonly string[]): string {
  const group = familyOf(program, words)
  if (group === undefined) return 'no command given; try "keyhaven --help"'
  const names = group.commands.map((command) => command.name()).join(', ')
  return `"keyhaven ${group.name()}" needs one of ${names}; try "keyhaven ${group.name()} --help"`
}
