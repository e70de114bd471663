import { hostname } from 'node:os'
// The newer interface of the same package is ten times as many modules: 25 ms of each start.
import { z } from 'zod/v3'
import { operations } from '../../api/operations.ts'
import { addressRanges } from '../../core/access/address-range.ts'
import { isKeyModeEntry } from './raw-key-modes.ts'
import { isPostgresUrl, isReadablePostgresUrl } from './store-address.ts'

/** `host:port`, `[::1]:8443`, or a port alone, which means loopback; port 0 takes any free one */
const address = z
  .string()
  .regex(/^(?:(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):)?\d{1,5}$/, 'is not host:port')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65535, 'has a port above 65535')
const number = z.coerce.number({ invalid_type_error: 'is not a number' })
const seconds = number.min(0).max(31_536_000)
const count = number.int().min(0)
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  errorMap: () => ({ message: 'is not true or false' }),
})
const names = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
])
function checkRanges(ranges: readonly string[], context: z.RefinementCtx): void {
  try {
    addressRanges(ranges)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
  }
}
const certificateMode = z.enum(['off', 'optional', 'required']).default('off')
const mebibyte = 1024 * 1024
const isUrlOf =
  (protocols: readonly string[]) =>
  (text: string): boolean => {
    const { protocol, username, password } = URL.canParse(text) ? new URL(text) : { protocol: '' }
    return protocols.includes(protocol) && !username && !password
  }
const isWithholdable = (entry: string): boolean =>
  operations.some(({ name }) => name === entry.slice(entry.startsWith('root:') ? 'root:'.length : 0))

/**
 * Every setting of the server, its default and what it means. A setting `someName` is the flag `--some-name`, the
 * environment variable `KEYHAVEN_SOME_NAME` and the member `someName` of the configuration file.
 */
export const configSchema = z.strictObject({
  data: z.string().min(1).default('./keyhaven-data').describe('Data directory.'),
  https: address.default('127.0.0.1:8443').describe('Where to listen with TLS, `host:port`; port 0 takes a free one.'),
  http: address
    .default('127.0.0.1:8080')
    .describe('Where to listen without TLS, on loopback; development mode only. Port 0 takes a free one.'),
  insecureListen: flag
    .default(false)
    .describe(
      'Let development mode listen beyond loopback. Anybody who reaches the port can try the development keys.',
    ),
  store: z
    .string()
    .min(1)
    .refine(
      // What is meant for an address must not be taken for a file: messages name files, and it may hold a password.
      (store) => isPostgresUrl(store) || !/^\s*(?:[a-z][a-z0-9+.-]*:\/\/|postgres(?:ql)?:)/i.test(store),
      'is neither a file nor postgres://…',
    )
    .refine(
      (store) => !isPostgresUrl(store) || isReadablePostgresUrl(store),
      'is not readable as an address: user and password need %2F for /, %3F for ?, %23 for # and %40 for @',
    )
    .optional()
    .describe(
      'SQLite file, or `postgres://…` URL; with commas between the hosts when there are several, of which one is the primary: `postgres://kms:…@one:5432,two:5432/kms`. Unless set, `keyhaven.db` in the data directory.',
    ),
  health: address
    .optional()
    .describe(
      'Where to answer `/livez`, `/healthz`, `/readyz` and `/metrics`, and nothing else, without TLS: for probes that show no certificate. `https` answers them, too.',
    ),
  regionId: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'is not a region id')
    .default('cn-hangzhou')
    .describe('Region of this deployment; part of every ARN.'),
  regions: names.optional().describe('Regions that DescribeRegions lists. Unless set, the own region alone.'),
  accountId: z
    .string()
    .regex(/^\d{16}$/, 'is not 16 digits')
    .optional()
    .describe(
      'Account of this deployment, 16 digits; fixed when the data directory is made. Unless set, drawn at random.',
    ),
  node: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'may hold letters, digits, dot, dash and underscore')
    .default(
      () =>
        hostname()
          .replaceAll(/[^A-Za-z0-9._-]/g, '-')
          .slice(0, 64) || 'node',
    )
    .describe(
      'Name of this server: in audit records and metrics, and among the servers that share a PostgreSQL, of which each living one needs a name of its own. A second one of the same name is refused when it starts or is unsealed; one that was silent for so long that another has taken its name seals itself and ends. Unless set, the host name.',
    ),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is logged.'),
  logFormat: z
    .enum(['auto', 'json', 'text'])
    .default('auto')
    .describe('`json`: one object a line; `text`: for reading; `auto`: text on a terminal in development mode.'),

  keyFile: z
    .string()
    .optional()
    .describe(
      'File with the root secret: 32 bytes, raw, hex or base64, readable by its owner only, or owned by root and readable by its group; outside the data directory. Opens a `key-file` seal.',
    ),
  sealFile: z
    .string()
    .optional()
    .describe(
      'JSON file that says who keeps the root key, with place and permissions as for `keyFile`: another KMS (`kms`) or a hardware module (`pkcs11`). The server opens by itself, and tries again while that is away. See [seals](../guides/seals.md).',
    ),
  passphraseFile: z
    .string()
    .optional()
    .describe(
      'File whose first line is the passphrase, with place and permissions as for `keyFile`. Opens a `passphrase` seal without an operator.',
    ),
  passphraseFd: number
    .int()
    .min(0)
    .max(1023)
    .optional()
    .describe('Number of an open file descriptor to read the passphrase from; it is closed then.'),
  rootKeyFd: number
    .int()
    .min(0)
    .max(1023)
    .optional()
    .describe(
      'Number of an open file descriptor to read the root secret from, as text; it is closed then. Opens an `environment` seal without the secret staying in the environment of the process.',
    ),
  sharesFile: z
    .string()
    .optional()
    .describe(
      'File with as many shares of the root secret as it takes, one a line, with place and permissions as for `keyFile`. For commands that need the root secret of a `shamir` seal; a server takes it, too.',
    ),
  sharesFd: number
    .int()
    .min(0)
    .max(1023)
    .optional()
    .describe('Number of an open file descriptor to read such shares from; it is closed then.'),

  tlsNames: names
    .default([])
    .describe(
      'More names and addresses for the server certificate, besides localhost, 127.0.0.1, ::1, the host name, the address of `https`, and the cloud’s names for instances and regions. The own CA may sign for no others: settle them before the first start.',
    ),
  tlsCert: z
    .string()
    .optional()
    .describe('Certificate chain to use instead of the own one, PEM; read again when it changes.'),
  tlsKey: z.string().optional().describe('Private key of `tlsCert`, PEM.'),

  clientCertificates: certificateMode.describe(
    'Whether `https` asks clients for certificates: `off`; `optional`, who shows none is served as ever; `required`, a connection without a valid one gets no further. A certificate never takes the place of a signature. See [client certificates](../guides/client-certificates.md).',
  ),
  consoleClientCertificates: certificateMode.describe(
    'The same for the port of the console, when it has one of its own.',
  ),
  clientCaFile: z
    .string()
    .optional()
    .describe('CA certificates (PEM) that sign certificates of clients; read again when it changes.'),
  clientCrlFile: z
    .string()
    .optional()
    .describe(
      'Lists of revoked client certificates (PEM), one of each CA of `clientCaFile`; read again when it changes. Once a list has ended, every certificate is refused.',
    ),
  clientPrincipalsFile: z
    .string()
    .optional()
    .describe(
      'JSON file that says as whom the holder of which client certificate may call; whom it does not name may call as nobody. Read again when it changes. Unless set, certificates are for nobody in particular.',
    ),

  trustedProxies: names
    .superRefine(checkRanges)
    .default([])
    .describe(
      'Addresses and CIDR blocks of reverse proxies and load balancers: from them, `X-Forwarded-For` says who the client is, for policies, network rules, limits and the audit log.',
    ),
  proxyProtocol: flag
    .default(false)
    .describe('Trusted proxies begin every connection with a PROXY header (version 1 or 2) that names the client.'),

  throttle: z
    .enum(['off', 'fair', 'service'])
    .default('fair')
    .describe(
      'Limits of calls: `fair`, of each user, role and application in each class of operations, far above ordinary use (2000 encryptions, 500 signatures, 100 new keys a second, and a quarter of `maxConcurrentRequests`); `service`, also those of the cloud service per second and account; or none. The account itself has no limit of its own a second.',
    ),
  principalCallsPerSecond: count
    .default(0)
    .describe(
      'Calls per second of one user, role or application, and of the account itself, in each class of operations; 0 leaves it at `throttle`.',
    ),
  requireAcs3: flag
    .default(false)
    .describe('Refuse signature version 1.0, the only one that old clients know; it rests on SHA-1.'),
  requireNonce: flag
    .default(false)
    .describe('Refuse requests without SignatureNonce. Some official clients send none.'),
  workers: count
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'Threads that answer calls, all at the same ports: one for each core that the server may use. Linux only; elsewhere one serves. See [operations](../guides/operations.md#workers).',
    ),
  maxBodyBytes: count
    .min(65_536)
    .default(4 * mebibyte)
    .describe('Longest request body.'),
  maxConcurrentRequests: count.min(1).default(2000).describe('Requests worked on at once; more are turned away.'),
  maxConnectionsPerSource: count.min(1).default(1000).describe('Open connections of one address.'),
  shutdownSeconds: seconds.default(20).describe('How long requests under way may take to finish at shutdown.'),
  metricsAccess: z
    .enum(['loopback', 'all'])
    .default('loopback')
    .describe('Who may read /metrics: only this machine, or whoever reaches the port.'),
  console: z
    .string()
    .refine(
      (text) => text === 'off' || text === 'same' || address.safeParse(text).success,
      'is neither off, same nor host:port',
    )
    .optional()
    .describe(
      'The web console: `off`; `same`, below `/console/` of the ports for calls; or a port of its own with TLS, `host:port`. Unless set, `same` in development mode and `off` in production. See [console](../guides/console.md).',
    ),
  consoleIdleSeconds: seconds
    .min(60)
    .max(86_400)
    .default(900)
    .describe('How long a session of the console lives without a call, to a minute.'),
  consoleSessionSeconds: seconds
    .min(60)
    .max(86_400)
    .default(28_800)
    .describe('How long a session of the console lives at the most.'),
  consoleDeny: names
    .refine((entries) => entries.every(isWithholdable), 'is not an operation, or root:operation')
    .default(['root:CreateAccessKey'])
    .describe(
      'Operations that nobody calls from the console, whatever policies allow; `root:` before one withholds only what is about the account itself.',
    ),
  publishJwks: flag
    .default(false)
    .describe(
      'Serve `GET /.well-known/jwks.json` to whoever reaches the port: the public keys, and ids, of enabled signing keys with the tag `keyhaven:jwks` = `public`. See [signing](../guides/signing.md).',
    ),

  materialSeconds: seconds.default(300).describe('How long opened key material stays in memory; 0 keeps none.'),
  materialIdleSeconds: seconds.default(60).describe('How long unused key material stays in memory; 0 keeps none.'),
  materialCount: count.default(10_000).describe('How many keys may be open in memory.'),
  maxKeys: count.default(1_000_000).describe('Most keys of the account.'),
  maxAliases: count.default(1_000_000).describe('Most aliases of the account.'),
  maxSecrets: count.default(1_000_000).describe('Most secrets of the account.'),
  maxKeyVersions: count.default(1_000_000).describe('Most key versions of the account.'),
  allowEcb: flag.default(false).describe('Offer ECB, which shows equal blocks as equal ciphertext.'),
  refuseGivenIv: flag
    .default(false)
    .describe('Refuse GCM encryption under an IV of the caller’s choice. See `rawKeyModes` for where that matters.'),
  rawKeyModes: names
    .refine((entries) => entries.every(isKeyModeEntry), 'is not key id=mode, or *=mode, with a mode that there is')
    .default([])
    .describe(
      'The one mode in which imported AES and SM4 keys, and those of earlier releases, encrypt: `key id=mode` with GCM, GCM_GIVEN_IV, CBC, CTR or ECB; `*` for every other key. Unless set, the mode that is used first. See [ciphertexts](ciphertexts.md).',
    ),
  sevenDaysBetweenVersions: flag
    .default(false)
    .describe('Refuse a new version of an asymmetric key sooner than 7 days after the last.'),
  rotationHosts: names
    .default([])
    .describe(
      'Databases whose passwords may be rotated: `host:port`, `host:*`, `10.0.0.0/8:5432`. Secrets name theirs as Endpoint and Port; others are refused.',
    ),
  rotationCaFile: z.string().optional().describe('CA certificates (PEM) that these databases are trusted by.'),
  rotationHooksFile: z
    .string()
    .optional()
    .describe('JSON file with the hooks that secrets may name. See [rotation](../guides/secrets.md).'),
  oidcHosts: names
    .default([])
    .describe(
      'Hosts that are asked for the keys of OIDC identity providers: `host:port`, `host:*`, `10.0.0.0/8:443`. Those of issuers, and of the key sets that they name; others are refused. See [OIDC](../guides/oidc.md).',
    ),
  oidcCaFile: z
    .string()
    .optional()
    .describe('CA certificates (PEM) that OIDC identity providers are trusted by, besides those of the system.'),
  oidcKeysFile: z
    .string()
    .optional()
    .describe(
      'JSON file with the key sets of issuers that are not asked, by issuer URL. See [OIDC](../guides/oidc.md).',
    ),
  seed: names
    .default([])
    .describe(
      'Seed files, YAML or JSON: keys, secrets, users and applications that are there from the start. Development mode only. See [testing](../guides/testing.md).',
    ),
  eventWebhooksFile: z
    .string()
    .optional()
    .describe(
      'JSON file with the webhooks that are told of events, each URL once. See [console](../guides/console.md).',
    ),
  eventHosts: names
    .default([])
    .describe('Hosts of these webhooks: `host:port`, `host:*`, `10.0.0.0/8:443`; others are refused.'),
  dueWorkSeconds: seconds.min(1).default(60).describe('How often due rotations and deletions are looked for.'),

  traceEndpoint: z
    .string()
    .refine(isUrlOf(['http:', 'https:']), 'is not an http or https URL, without user and password')
    .optional()
    .describe(
      'Where spans of calls are sent to (OpenTelemetry, OTLP over HTTP), such as `http://localhost:4318/v1/traces`. Takes packages that are installed beside. See [operations](../guides/operations.md#traces).',
    ),
  traceRatio: number
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'Part of the traces that begin here, and of requests whose sender is not known, that is kept; a caller with a trace of its own decides for that.',
    ),

  auditSegmentBytes: count
    .min(65_536)
    .default(64 * mebibyte)
    .describe('Length at which an audit file is followed by the next.'),
  auditReserveBytes: count
    .default(256 * mebibyte)
    .describe('Free space without which the server does not start; below five times as much it warns.'),
  auditCheckpointRecords: count.min(1).default(1000).describe('Records after which a checkpoint is signed.'),
  auditCheckpointSeconds: seconds
    .min(1)
    .default(60)
    .describe('Time after which a checkpoint is signed when there are new records.'),
  auditCheckpointFile: z
    .string()
    .optional()
    .describe(
      'Second place for checkpoints, best on another machine: with it a cut-off or rewritten log is found out.',
    ),
  auditKeepDays: number
    .min(0)
    .max(36_500)
    .optional()
    .describe('How long closed audit files stay here after their last record; then they are handed over.'),
  auditKeepBytes: count
    .optional()
    .describe('How long all audit files together may be; of more the oldest closed ones are handed over.'),
  auditHandOver: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where audit files go that are kept here no longer: a folder, best on another machine; or `shipped`, nowhere, once `auditHttps` has all their records. See [operations](../guides/operations.md#keep-less-of-the-audit-log).',
    ),
  auditHttps: z
    .string()
    .refine(isUrlOf(['https:']), 'is not the URL of an HTTPS server, without user and password')
    .optional()
    .describe(
      'Where every audit record is posted to, as JSON lines. See [operations](../guides/operations.md#send-the-audit-log-elsewhere).',
    ),
  auditHttpsTokenFile: z
    .string()
    .optional()
    .describe(
      'File with the bearer token for it, with place and permissions as for `keyFile`. Without a file, `KEYHAVEN_AUDIT_HTTPS_TOKEN` in the environment.',
    ),
  auditSyslog: z
    .string()
    .regex(
      /^(?:tls|tcp|udp):\/\/(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/,
      'is not tls://, tcp:// or udp://host:port',
    )
    .refine((address) => URL.canParse(address), 'has a port above 65535')
    .optional()
    .describe(
      'Syslog server that every audit record is sent to (RFC 5424): `tls://host:6514`, `tcp://host:514`, or `udp://host:514`, which loses what is lost on its way.',
    ),
  auditShippingCaFile: z
    .string()
    .optional()
    .describe('CA certificates (PEM) that these two are trusted by, besides those of the system.'),
  auditTimeoutMs: count
    .min(10)
    .default(2000)
    .describe('Time an audit write may take; then requests are refused until it works again.'),
})

export type Config = Readonly<z.output<typeof configSchema>>
export type Setting = keyof Config

export const settings = Object.keys(configSchema.shape) as readonly Setting[]

export const flagOf = (setting: string): string =>
  `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
export const variableOf = (setting: string): string =>
  `KEYHAVEN_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** Is the flag given without a value? */
export const isSwitch = (setting: Setting): boolean =>
  typeof configSchema.shape[setting].safeParse(undefined).data === 'boolean'
