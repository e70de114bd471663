import { getCACertificates } from 'node:tls'
import type { Config } from '../config/schema.ts'
import { readSettingFile } from '../config/setting-file.ts'
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
  const ca =
    oidcCaFile === undefined ? undefined : [...getCACertificates('default'), readSettingFile('oidcCaFile', oidcCaFile)]
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
