import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { CachedIssuerKeys } from './cached-issuer-keys.ts'
import { discoverKeys } from './discovery.ts'
import { keysIn } from './key-set.ts'
import { keysFile } from './keys-file.ts'

/**
 * The keys of identity providers as the operator has it: given by file, or asked for.
 * @throws ConfigError naming the file and what is wrong with it
 */
export function issuerKeys(config: Config, log: Log | undefined, loopbackHttp: boolean): CachedIssuerKeys {
  const { oidcHosts: allowedHosts, oidcCaFile, oidcKeysFile } = config
  const ca = oidcCaFile === undefined ? undefined : [...getCACertificates('default'), readCa(oidcCaFile)]
  const given = oidcKeysFile === undefined ? undefined : keysFile(oidcKeysFile)
  return new CachedIssuerKeys({
    async load(issuer) {
      const keySet = given?.(issuer.issuerUrl)
      return keySet === undefined ? discoverKeys(issuer, { allowedHosts, ca, loopbackHttp }) : keysIn(keySet)
    },
    monotonicMs: () => performance.now(),
    report: (issuer, failure) =>
      failure === undefined
        ? log?.write('info', `the keys of the identity provider ${issuer} can be had again`)
        : log?.write('warn', `the keys of the identity provider ${issuer} cannot be had`, { error: failure }),
  })
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`oidcCaFile: ${file} cannot be read (${code})`)
  }
}
