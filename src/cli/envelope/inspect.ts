import { Command } from 'commander'
import { describeEnvelope, type EnvelopeDescription, inspectFile, type KeySummary } from '../../sdk/envelope/index.ts'
import { type Context, contextOf } from '../context.ts'
import { sizeText } from './progress.ts'

export function envelopeInspectCommand(): Command {
  return new Command('inspect')
    .description(
      'say what an envelope is, which keys open it and under which context, without decrypting; needs no server',
    )
    .argument('<file...>', 'what to look at; - for standard input')
    .action((files: readonly string[], _: object, command: Command) => inspect(contextOf(command), files))
}

async function inspect(context: Context, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const description = await (file === '-' ? describeEnvelope(context.io.stdin) : inspectFile(context.path(file)))
    context.output.record({ File: file, ...fieldsOf(description) }, { file, ...description })
  }
}

function fieldsOf(description: EnvelopeDescription): Record<string, string | undefined> {
  const { format, algorithm, keys, encryptionContext, isAuthenticated, plaintextBytes, chunkBytes } = description
  const context = Object.entries(encryptionContext ?? {}).map(([name, value]) => `${name}=${value}`)
  return {
    Format: format,
    Algorithm: algorithm,
    ...Object.fromEntries(keys.map((key, index) => [keys.length === 1 ? 'Key' : `Key ${index + 1}`, keyText(key)])),
    Context: encryptionContext === undefined ? 'not recorded in this format' : context.join(', ') || 'none',
    Content: plaintextBytes === undefined ? undefined : `${plaintextBytes} bytes (${sizeText(plaintextBytes)})`,
    Chunks: chunkBytes === undefined ? undefined : `${chunkBytes} bytes each`,
    Protection: isAuthenticated ? 'authenticated' : 'NOT authenticated: altered content goes unnoticed',
  }
}

function keyText({ name, keyId, keyVersionId }: KeySummary): string {
  const id = keyId && keyId !== name ? `id ${keyId}` : ''
  const version = keyVersionId && `version ${keyVersionId}`
  return [name, id, version].filter((part) => part !== '').join(', ') || 'not recorded'
}
