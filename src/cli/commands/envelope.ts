import { Command } from 'commander'
import { envelopeDecryptCommand } from '../envelope/decrypt.ts'
import { envelopeEncryptCommand } from '../envelope/encrypt.ts'
import { envelopeInspectCommand } from '../envelope/inspect.ts'
import { envelopeRewrapCommand } from '../envelope/rewrap.ts'

/** `keyhaven envelope`: files and streams of any size, encrypted here with data keys of the service. */
export function envelopeCommand(): Command {
  return new Command('envelope')
    .description('encrypt files and streams of any size with data keys of the service')
    .addCommand(envelopeEncryptCommand())
    .addCommand(envelopeDecryptCommand())
    .addCommand(envelopeInspectCommand())
    .addCommand(envelopeRewrapCommand())
}
