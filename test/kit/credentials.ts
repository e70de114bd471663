import { behaving, type LoopbackServer } from './loopback-server.ts'

/** An answer that holds temporary credentials, and what a provider makes of it. The secret is searched for in errors. */
export const temporaryAnswer = {
  AccessKeyId: 'STS.id',
  AccessKeySecret: 'secret-canary',
  SecurityToken: 'token',
  Expiration: new Date(Date.now() + 3_600_000).toISOString(),
}
export const temporaryGiven = { accessKeyId: 'STS.id', accessKeySecret: 'secret-canary', securityToken: 'token' }
/** What STS answers to both ways of assuming a role. */
export const assumedAnswer = { body: { Credentials: temporaryAnswer, AssumedRoleUser: {}, RequestId: 'R' } }

export const without = <T extends object>(value: T, ...names: string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

/** Credentials without the time of their end. */
export const plain = (credentials: object): object => without(credentials, 'expiresAt')

/** Closes the server after the work. */
export async function serving(server: LoopbackServer, work: (server: LoopbackServer) => Promise<void>): Promise<void> {
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

/** A metadata service; `hardened` answers only with a token, `plain` knows none. */
export const metadataService = (
  mode: 'hardened' | 'plain' | 'tokens in vain',
  seen: string[] = [],
): Promise<LoopbackServer> =>
  behaving((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const token = request.headers['x-aliyun-ecs-metadata-token']
    const isAllowed = mode === 'plain' || token === (mode === 'hardened' ? 'the-token' : undefined)
    if (request.method === 'PUT')
      response.writeHead(mode === 'plain' ? 404 : 200).end(mode === 'plain' ? '' : 'the-token')
    else if (!isAllowed) response.writeHead(403).end()
    else if (request.url?.endsWith('/app')) response.end(JSON.stringify({ ...temporaryAnswer, Code: 'Success' }))
    else if (request.url?.endsWith('/')) response.end('app\n')
    else response.writeHead(404).end()
  })
