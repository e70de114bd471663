import { text } from 'node:stream/consumers'
import { readShare } from '../../seals/shamir/share.ts'
import { readShares } from '../../seals/shamir/shares.ts'
import { ConfigError } from '../config/load.ts'

/**
 * Asks for a secret without showing it. Not on a terminal, the first line of standard input is taken.
 *
 * @throws ConfigError when the user gives up or nothing comes
 */
export async function readSecret(question: string): Promise<string> {
  const secret = process.stdin.isTTY ? await readHidden(question) : await readLine()
  if (secret === '') throw new ConfigError('nothing was entered')
  return secret
}

/** Asks twice on a terminal: a slip in a passphrase that nobody has seen would lose everything. */
export async function readNewPassphrase(): Promise<string> {
  const first = await readSecret('New passphrase (at least 16 characters): ')
  if (!process.stdin.isTTY || (await readSecret('The same again: ')) === first) return first
  throw new ConfigError('the two passphrases differ')
}

/**
 * Asks for as many shares of a root secret as the first one says. Not on a terminal, standard input has them, one a line.
 *
 * @returns them, one a line
 */
export async function askForShares(): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin)
  let given = await readSecret('Share 1: ')
  const { threshold } = readShare(given)
  for (let number = 2; number <= threshold; number++) {
    given += `\n${await readSecret(`Share ${number} of ${threshold}: `)}`
    // a slip is told before the others have come to the keyboard
    readShares(given)
  }
  return given
}

async function readLine(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.includes('\n')) break
  }
  return text.split(/\r?\n/, 1)[0] ?? ''
}

const enter = new Set(['\r', '\n', '\u0004'])
const erase = new Set(['\u007f', '\b'])

function readHidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true).setEncoding('utf8').resume()
  return new Promise((resolve, reject) => {
    let text = ''
    const finish = (work: () => void): void => {
      stdin.off('data', onData).setRawMode(false).pause()
      stderr.write('\n')
      work()
    }
    const onData = (chunk: string): void => {
      for (const character of chunk) {
        if (character === '\u0003') finish(() => giveUp(reject))
        else if (enter.has(character)) finish(() => resolve(text))
        else text = erase.has(character) ? text.slice(0, -1) : text + character
      }
    }
    stdin.on('data', onData)
  })
}

/** Where keys are read one by one, Ctrl-C is only a key; it is to end the program as everywhere. */
function giveUp(reject: (error: Error) => void): void {
  reject(new ConfigError('given up'))
  process.kill(process.pid, 'SIGINT')
}
