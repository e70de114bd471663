import { hash } from 'node:crypto'
import { version } from '../../api/version.ts'
import type { Node, OtherNode } from '../../core/oversight/node-lease.ts'
import { type Config, configSchema, type Setting } from '../config/schema.ts'
import type { Log } from '../log.ts'

/** What a caller meets differently, whichever server answers, unless all have them alike. */
const common = [
  ...['regionId', 'regions', 'throttle', 'principalCallsPerSecond', 'requireAcs3', 'requireNonce'],
  ...['clientCertificates', 'trustedProxies', 'publishJwks', 'allowEcb', 'refuseGivenIv', 'rawKeyModes'],
  ...['sevenDaysBetweenVersions', 'maxKeys', 'maxAliases', 'maxSecrets', 'maxKeyVersions', 'maxBodyBytes'],
  ...['consoleIdleSeconds', 'consoleSessionSeconds', 'consoleDeny', 'rotationHosts', 'oidcHosts', 'eventHosts'],
] as readonly Setting[]

const usual = configSchema.parse({})

/** Fingerprints of what is not as usual: enough to compare, and too little to read. */
export function settingsToCompare(config: Config): NonNullable<Node['settings']> {
  const written = (value: unknown): string => JSON.stringify(value) ?? ''
  const others = common.filter((name) => written(config[name]) !== written(usual[name]))
  return Object.fromEntries(others.map((name) => [name, hash('sha256', written(config[name]), 'base64').slice(0, 8)]))
}

/** Tells in what the other servers of a database are not like this one. */
export class OtherNodes {
  readonly #own: NonNullable<Node['settings']>
  readonly #log: Log
  /** what was said last of each */
  readonly #said = new Map<string, string>()

  constructor(config: Config, log: Log) {
    this.#own = settingsToCompare(config)
    this.#log = log
  }

  /** One line for a server whenever what it differs in has changed; none when that is nothing any more. */
  compare(others: readonly OtherNode[]): void {
    for (const other of others) this.#say(other, [...this.#settings(other), ...releases(other)].join('; '))
  }

  #say({ name }: OtherNode, what: string): void {
    if ((this.#said.get(name) ?? '') === what) return
    this.#said.set(name, what)
    if (what !== '') this.#log.write('warn', `the server ${name} is not like this one: ${what}`)
  }

  #settings({ settings }: OtherNode): readonly string[] {
    // a release that tells none
    if (settings === undefined) return []
    const names = common.filter((name) => settings[name] !== this.#own[name])
    return names.length === 0 ? [] : [`it has other settings of ${names.join(', ')}`]
  }
}

const releases = ({ version: theirs }: OtherNode): readonly string[] =>
  theirs === version ? [] : [`it is of release ${theirs}, this one of ${version}`]
