/** A running server, as clients reach it. */
export interface ReachableServer {
  readonly endpoint: string
  readonly httpEndpoint?: string | undefined
  readonly regionId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** PEM file with the CA that signed its certificate */
  readonly caFile?: string | undefined
  /** PEM file with that CA and those that everybody trusts */
  readonly bundleFile?: string | undefined
}

type Variables = Readonly<Record<string, string>>

/**
 * What programs find the server by, in their own words: `keyhaven` and its SDK; whatever takes credentials as the
 * official SDKs do; TLS of OpenSSL, Go, Python and Node.
 */
export const clientEnvironment = (server: ReachableServer): Variables =>
  present({
    KEYHAVEN_ENDPOINT: server.endpoint,
    KEYHAVEN_HTTP_ENDPOINT: server.httpEndpoint,
    KEYHAVEN_CA_FILE: server.caFile,
    KEYHAVEN_REGION_ID: server.regionId,
    KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
    KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
    ALIBABA_CLOUD_ACCESS_KEY_ID: server.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: server.accessKeySecret,
    ALIBABA_CLOUD_REGION_ID: server.regionId,
    ...trust(server),
  })

/** What the seal `alicloudkms` of OpenBao and Vault reads, but for the key: that is `VAULT_ALICLOUDKMS_SEAL_KEY_ID`. */
export const sealEnvironment = (server: ReachableServer): Variables =>
  present({
    ALICLOUD_REGION: server.regionId,
    ALICLOUD_DOMAIN: hostOf(server.endpoint),
    ALICLOUD_ACCESS_KEY: server.accessKeyId,
    ALICLOUD_SECRET_KEY: server.accessKeySecret,
    SSL_CERT_FILE: server.bundleFile,
  })

/** The same seal as a stanza of their configuration; its variables would win. */
export const sealStanza = (server: ReachableServer): readonly string[] => [
  'seal "alicloudkms" {',
  ...[
    ['region', server.regionId],
    ['domain', hostOf(server.endpoint)],
    ['access_key', server.accessKeyId],
    ['secret_key', server.accessKeySecret],
  ].map(([name, value]) => `  ${name?.padEnd(10)} = ${JSON.stringify(value)}`),
  '  kms_key_id = "<key id>"',
  '}',
]

/**
 * What the Terraform provider reads. Without the type of the account it asks an API of the cloud that is not served here,
 * and each API has a variable of its own for where it is.
 */
export const terraformEnvironment = (server: ReachableServer): Variables =>
  present({
    ALIBABA_CLOUD_ACCESS_KEY_ID: server.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: server.accessKeySecret,
    ALIBABA_CLOUD_REGION: server.regionId,
    ALIBABA_CLOUD_ACCOUNT_TYPE: 'Domestic',
    KMS_ENDPOINT: hostOf(server.endpoint),
    STS_ENDPOINT: hostOf(server.endpoint),
    RAM_ENDPOINT: hostOf(server.endpoint),
    SSL_CERT_FILE: server.bundleFile,
  })

const trust = ({ caFile, bundleFile }: ReachableServer) => ({
  NODE_EXTRA_CA_CERTS: caFile,
  SSL_CERT_FILE: bundleFile,
  REQUESTS_CA_BUNDLE: bundleFile,
})

/** `export NAME='value'`, for any shell of POSIX. */
export const exportLine = ([name, value]: readonly [string, string]): string =>
  `export ${name}='${value.replaceAll("'", "'\\''")}'`

const hostOf = (endpoint: string): string => endpoint.replace(/^https?:\/\//, '')

const present = (variables: Readonly<Record<string, string | undefined>>): Variables =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
