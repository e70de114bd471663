import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { makeAtFirstStart, takeFirstAccessKey } from './first-start.ts'
import { settingsHelp } from './help.ts'
import type { ServerIo } from './io.ts'
import { serve } from './server.ts'

const switches = {
  dev: 'development mode; unless seeds are named, it takes those in /init',
  'take-access-key': 'print the AccessKey of the account that the first start left, remove it, and end',
  help: 'print this and end',
}

const usage = `Usage: keyhaven start [--dev] [settings]

What a container runs: makes the production deployment at the first start, sealed by what the settings name
(--key-file, --seal-file, --passphrase-file, KEYHAVEN_ROOT_KEY), and then does what "keyhaven server" does.
The AccessKey of the account waits in the data directory for --take-access-key.`

/**
 * `keyhaven start`: initialises if need be, and serves.
 *
 * @param seedFolder - where development mode looks for seeds
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function startCommand(flags: readonly string[], io: ServerIo, seedFolder = '/init'): Promise<number> {
  const loaded = loadConfig(flags, io.env, Object.keys(switches))
  const { config, switches: given } = loaded
  if (given.help) {
    io.stdout.write(settingsHelp(usage, switches))
    return 0
  }
  if (given['take-access-key']) {
    takeFirstAccessKey(config.data, (text) => io.stdout.write(text))
    return 0
  }
  if (!given.dev) return serve(loaded, 'production', io, (seal) => makeAtFirstStart(config, seal, io))
  const seed = config.seed.length > 0 ? config.seed : seedsIn(seedFolder)
  return serve({ ...loaded, config: { ...config, seed } }, 'development', io)
}

/** In the order of their names, in which they are planted. */
const seedsIn = (folder: string): string[] =>
  existsSync(folder)
    ? globSync('*.{yaml,yml,json}', { cwd: folder })
        .sort()
        .map((name) => join(folder, name))
    : []
