import { Command } from 'commander'
import { nameAndValue } from '../names.ts'
import {
  deleteSecret,
  listSecrets,
  moveStage,
  restoreSecret,
  rotateSecret,
  setRotation,
  showSecret,
} from '../secret/manage.ts'
import { createSecret, getSecret, newPassword, putSecret } from '../secret/values.ts'

/** `keyhaven secret …`: values come from standard input or a file, never from the command line. */
export function secretCommand(): Command {
  const command = new Command('secret').description('store, read and rotate secrets')
  for (const one of [...valueCommands(), ...manageCommands()]) command.addCommand(one)
  return command
}

const named = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<name>', 'name or ARN of the secret')

const withValue = (command: Command): Command =>
  command
    .argument('[file]', 'the value, as it is in the file; standard input unless given', '-')
    .option('--binary', 'the value is bytes: it is stored as Base64')
    .option('--version-id <id>', 'id of the version; a new one by time unless given')
    .option('--trim', 'leave out a line end at the end of the value')

const valueCommands = (): readonly Command[] => [
  withValue(named('create', 'create a secret'))
    .option('--key <key>', 'key that seals the values; one that the service keeps unless given')
    .option('--instance <id>', 'KMS instance that the secret is to belong to; needs --key')
    .option('--description <text>', 'what the secret is for')
    .option('--tag <name=value>', 'tag, repeatable', nameAndValue)
    .option('--type <type>', 'Generic, Rds, PolarDB, Redis, RAMCredentials or ECS')
    .option('--config <file>', 'managed secrets: their ExtendedConfig, a JSON file')
    .option('--every <interval>', 'managed secrets: rotate this often, such as 7d')
    .action(createSecret),
  withValue(named('put', 'store a new version of a secret'))
    .option('--stage <label...>', 'labels that the version gets; ACSCurrent unless given')
    .action(putSecret),
  named('get', 'print the value of a secret, and nothing else')
    .option('--stage <label>', 'the version with this label; ACSCurrent unless given')
    .option('--version-id <id>', 'this version')
    .option('--member <path>', 'of a JSON value this member, such as database.password')
    .option('--out <file>', 'write to a file that only you can read')
    .option('--force', 'replace a file that is there')
    .action(getSecret),
  new Command('password')
    .description('print a random password')
    .option('--length <n>', '8 to 128 characters', Number)
    .option('--no-punctuation', 'letters and digits only')
    .action(newPassword),
]

const manageCommands = (): readonly Command[] => [
  new Command('list')
    .description('list secrets')
    .argument('[prefix]', 'only those whose names begin so')
    .action(listSecrets),
  named('show', 'describe a secret and its versions, without a value').action(showSecret),
  named('move', 'move a label to another version: rolls back with "move NAME ACSCurrent VERSION"')
    .argument('<stage>', 'the label')
    .argument('<version>', 'the version that gets it')
    .action(moveStage),
  named('rotate', 'rotate a managed secret now').action(rotateSecret),
  named('rotation', 'have a managed secret rotate by itself, or not')
    .option('--every <interval>', 'such as 7d or 12h')
    .option('--off', 'no longer')
    .action(setRotation),
  named('delete', 'delete a secret after a time in which it can be restored')
    .option('--days <n>', '7 to 30; 30 unless given', Number)
    .option('--now', 'delete it at once, for good')
    .action(deleteSecret),
  named('restore', 'cancel the deletion of a secret').action(restoreSecret),
]
