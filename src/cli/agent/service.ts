import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { ClientError, ServiceError } from '../../sdk/errors.ts'
import { answerIn, type ResponseForm } from './answers.ts'
import type { HeldSecrets } from './held-secrets.ts'

const { createServer } = process.getBuiltinModule('node:http')

export interface AgentOptions {
  readonly secrets: HeldSecrets
  readonly form: ResponseForm
  /** what programs have to show; it keeps out pages in a browser and whoever makes a program fetch an address */
  readonly token: string
  /** requests answered at one moment */
  readonly maxConnections: number
}

interface Answer {
  readonly status: number
  readonly body: object
}

const tokenHeaders = ['x-kms-token', 'x-vault-token'] as const

/**
 * A local cache of secrets, in the words of the official KMS Agent: `GET /v1/<name>` and
 * `GET /secretsmanager/get?secretId=<name>`, with the token in X-KMS-Token or X-Vault-Token.
 *
 * @see KMS help, "Use KMS Agent to retrieve secrets"
 */
export function agentServer(options: AgentOptions): Server {
  const server = createServer(async (request, response) => {
    request.resume()
    const { status, body } = await answer(request, options)
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(`${JSON.stringify(body)}\n`)
  })
  server.maxConnections = options.maxConnections
  return server
}

async function answer(request: IncomingMessage, options: AgentOptions): Promise<Answer> {
  if (request.headers['x-forwarded-for'] !== undefined) return refusal(403, 'Forbidden', 'Requests come from here.')
  const target = URL.parse(request.url ?? '', 'http://agent')
  if (target === null) return refusal(400, 'InvalidParameter', 'The address cannot be read.')
  if (target.pathname === '/ping') return { status: 200, body: { status: 'healthy' } }
  if (request.method !== 'GET') return refusal(405, 'UnsupportedHTTPMethod', 'Secrets are read with GET.')
  if (!hasToken(request, options.token)) return refusal(403, 'Forbidden', 'The token is missing or wrong.')
  const secretName = nameIn(target)
  if (secretName === undefined) return refusal(404, 'InvalidAction.NotFound', 'Ask for /v1/<name of a secret>.')
  if (secretName === '') return refusal(400, 'MissingParameter', 'The name of the secret is needed.')
  return secretAnswer(secretName, target, options)
}

async function secretAnswer(secretName: string, target: URL, { secrets, form }: AgentOptions): Promise<Answer> {
  const [versionStage, versionId] = ['versionStage', 'versionId'].map(
    (name) => target.searchParams.get(name) ?? undefined,
  )
  try {
    const { facts, value } = await secrets.get({ secretName, versionStage, versionId })
    try {
      return { status: 200, body: answerIn[form](facts, value) }
    } finally {
      value.wipe()
    }
  } catch (error) {
    if (error instanceof ServiceError) return refusal(error.status, error.code, error.message, error.requestId)
    if (error instanceof ClientError) return refusal(502, error.code, 'The service cannot be asked.')
    throw error
  }
}

const refusal = (status: number, code: string, message: string, requestId?: string): Answer => ({
  status,
  body: { Code: code, Message: message, ...(requestId ? { RequestId: requestId } : {}) },
})

/** Names may hold slashes, as they are or percent-encoded. */
function nameIn({ pathname, searchParams }: URL): string | undefined {
  if (pathname === '/secretsmanager/get') return searchParams.get('secretId') ?? ''
  if (!pathname.startsWith('/v1/')) return undefined
  try {
    return decodeURIComponent(pathname.slice('/v1/'.length))
  } catch {
    return undefined
  }
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const given = tokenHeaders.map((name) => headers[name]).find((value) => value !== undefined)
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
