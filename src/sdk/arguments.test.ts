import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as sdk from './index.ts'

/** What programs without types hand in. */
const nonsense: readonly unknown[] = [undefined, null, 5, true, 'text', [], () => {}]
const shown = (value: unknown): string => `${typeof value} ${JSON.stringify(value)}`

/** Calls with a wrong argument, however it is called, end in the one error that a program can expect. */
async function refuses(work: () => unknown, parameter: RegExp, what: string): Promise<void> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  assert.ok(error instanceof sdk.ClientError, `${what}: ${error}`)
  assert.match(error.parameter ?? '', parameter, `${what}: ${error.message}`)
  assert.ok(['configuration', 'invalidRequest', 'credentials', 'badResponse'].includes(error.code), what)
}

type Loose = new (...values: unknown[]) => Record<string, (...values: unknown[]) => Promise<unknown>>
const key = { accessKeyId: 'a', accessKeySecret: 's' }
const publicOptions = { endpoint: '127.0.0.1:1', ...key }
const clientKey = { id: 'KAAP.x', privateKey: {} }
const instance = { endpoint: '127.0.0.1:1', clientKey }

describe('a wrong argument is a ClientError that names it', () => {
  const classes: Record<string, Loose> = {
    Client: sdk.Client as never,
    RamClient: sdk.RamClient as never,
    StsClient: sdk.StsClient as never,
    InstanceClient: sdk.InstanceClient as never,
    TransferClient: sdk.TransferClient as never,
  }

  for (const [name, Class] of Object.entries(classes))
    test(`to the constructor of ${name}`, async () => {
      for (const value of nonsense) await refuses(() => new Class(value), /^(options|endpoint|instance)$/, shown(value))
      await refuses(() => new Class({}), /^(endpoint|instance)$/, '{}')
    })

  const wrongSettings: Record<string, unknown> = {
    endpoint: 5,
    ca: 5,
    caFile: 5,
    hostname: [],
    proxy: true,
    connectTimeoutMs: '5',
    attemptTimeoutMs: -1,
    maxConnections: 'many',
    keepAliveMs: Number.NaN,
    timeoutMs: 0,
    retry: 'often',
    userAgent: {},
    regionId: 5,
    accessKeyId: 5,
    accessKeySecret: {},
    credentials: 'x',
  }
  test('as a setting of the public gateway', async () => {
    for (const [name, value] of Object.entries(wrongSettings)) {
      const rest = name === 'credentials' ? { endpoint: 'h' } : publicOptions
      await refuses(() => new sdk.Client({ ...rest, [name]: value } as never), new RegExp(`^${name}$`), name)
    }
    await refuses(
      () => new sdk.Client({ ...publicOptions, retry: { attempts: 'x' } } as never),
      /^attempts$/,
      'retry.attempts',
    )
  })

  test('as a setting of an instance', async () => {
    for (const name of ['clientKeyFile', 'clientKeyContent', 'password', 'passwordFile', 'privateKey', 'clientKey'])
      await refuses(() => new sdk.InstanceClient({ endpoint: 'h', [name]: 5 } as never), new RegExp(`^${name}$`), name)
    await refuses(() => new sdk.Client({ instance: 5 } as never), /^instance$/, 'instance')
    await refuses(() => new sdk.Client({ public: 5 } as never), /^public$/, 'public')
    await refuses(
      () => new sdk.TransferClient({ public: publicOptions, gateway: 'x' } as never),
      /^gateway$/,
      'gateway',
    )
  })

  test('as a request or an option of a call', async () => {
    const clients: [string, Loose, unknown, string][] = [
      ['Client', sdk.Client as never, publicOptions, 'encrypt'],
      ['TransferClient', sdk.TransferClient as never, { public: publicOptions, instance }, 'encrypt'],
      ['RamClient', sdk.RamClient as never, publicOptions, 'getUser'],
      ['StsClient', sdk.StsClient as never, publicOptions, 'assumeRole'],
      ['InstanceClient', sdk.InstanceClient as never, instance, 'encrypt'],
    ]
    for (const [name, Class, options, method] of clients) {
      const client = new Class(options)
      for (const value of nonsense)
        await refuses(() => client[method]?.(value), /./, `${name}.${method}(${shown(value)})`)
      const request = { keyId: 'k', plaintext: name === 'InstanceClient' ? new Uint8Array(1) : 'x' }
      const good =
        name === 'RamClient'
          ? { userName: 'u' }
          : name === 'StsClient'
            ? { roleArn: 'r', roleSessionName: 's' }
            : request
      for (const value of [null, 5, 'text', { timeoutMs: 'x' }, { signal: {} }, { retry: 1 }, { gateway: 'x' }])
        if (!(typeof value === 'object' && value !== null && 'gateway' in value && !/^(Client|Transfer)/.test(name)))
          await refuses(
            () => client[method]?.(good, value),
            /^(options|timeoutMs|signal|retry|gateway)$/,
            `${name}.${method}(…, ${shown(value)})`,
          )
    }
  })

  const sources: Record<string, (value: never) => unknown> = {
    assumeRoleCredentials: sdk.assumeRoleCredentials,
    cliProfileCredentials: sdk.cliProfileCredentials,
    fileCredentials: sdk.fileCredentials,
    oidcRoleCredentials: sdk.oidcRoleCredentials,
    uriCredentials: sdk.uriCredentials,
    externalCommandCredentials: sdk.externalCommandCredentials,
    ecsRoleCredentials: sdk.ecsRoleCredentials,
    defaultCredentials: sdk.defaultCredentials,
    readClientKey: sdk.readClientKey,
    plaintextBytes: sdk.plaintextBytes as never,
  }
  for (const [name, source] of Object.entries(sources))
    test(`to ${name}`, async () => {
      for (const value of nonsense) {
        const isFine =
          (value === undefined && /^(ecsRole|default)/.test(name)) ||
          (value === 'text' && /^(external|plaintext)/.test(name))
        if (!isFine) await refuses(() => source(value as never), name === 'plaintextBytes' ? /^$/ : /./, shown(value))
      }
    })

  test('out of a source of credentials', async () => {
    for (const value of nonsense) {
      const client = new sdk.Client({ endpoint: '127.0.0.1:1', credentials: (async () => value) as never })
      await refuses(() => client.describeRegions(), /^credentials$/, shown(value))
    }
  })

  test('in an AccessKey, which a file or a variable brought along', async () => {
    for (const [name, value] of [
      ['accessKeyId', 'id\n'],
      ['accessKeySecret', ' secret'],
      ['securityToken', 'tok\ten'],
      ['accessKeyId', 'i\u00e9d'],
    ] as const) {
      await refuses(() => new sdk.Client({ ...publicOptions, [name]: value }), new RegExp(`^${name}$`), name)
      const client = new sdk.Client({ endpoint: '127.0.0.1:1', credentials: async () => ({ ...key, [name]: value }) })
      await refuses(() => client.describeRegions(), new RegExp(`^${name}$`), name)
    }
  })
})
