import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keyhavenApi } from '../src/api/operation.ts'
import type { HttpRequest } from '../src/gateway/http.ts'
import { openapiOperations } from '../src/gateway/openapi/operations.ts'
import { openLog } from '../src/server/log.ts'
import { percentEncode } from '../src/wire/percent.ts'
import type { SigningCredentials } from '../src/wire/rpc-signature.ts'
import { folderWith } from './kit/cli.ts'
import { type Answer, acs3Request, type CallOptions, v1Request } from './kit/openapi.ts'
import { startTestServer } from './kit/server.ts'
import { take, tour, World } from './kit/tour.ts'

/** Every text that would give a secret away: raw, hex, percent-encoded, and Base64 at each of its three alignments. */
function spellings(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const inBase64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // The first and last characters depend on the neighbours.
    const core = text.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  return [bytes.toString('latin1'), hex, hex.toUpperCase(), escaped, escaped.toUpperCase(), ...inBase64]
}

const found = (corpus: string, secrets: ReadonlyMap<string, Uint8Array>): string[] =>
  [...secrets].flatMap(([name, secret]) =>
    spellings(secret).some((text) => corpus.includes(text) || corpus.includes(percentEncode(text))) ? [name] : [],
  )

const filesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

/** Members of answers that are secrets of the caller. */
const secretMembers = new Set([
  ...['Plaintext', 'AccessKeySecret', 'SecurityToken', 'PrivateKeyData', 'RandomPassword', 'AccountPassword'],
])

function* secretsIn(value: unknown, path: string): Generator<[string, Uint8Array]> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (secretMembers.has(name) && typeof member === 'string') {
      yield [`${path}.${name}`, Buffer.from(member, 'latin1')]
      yield [`${path}.${name} decoded`, Buffer.from(member, 'base64')]
    } else if (name === 'SecretData' && String(member).startsWith('{')) {
      // What rotation has made.
      yield* secretsIn(JSON.parse(String(member)), `${path}.${name}`)
    } else yield* secretsIn(member, `${path}.${name}`)
  }
}

/** Hooks that work, that say everything they know and fail, and that answer with what they were asked. */
function hooksIn(folder: string): string {
  // Each keeps every request outside the server's own files.
  const command = (end: string) => ['sh', '-c', `cd '${folder}' || exit; cat >> kept; echo >> kept; ${end}`]
  const hooks = {
    working: { command: command(`echo '{"accepted":true}'`) },
    talking: { command: command('cat kept; cat kept >&2; exit 3'), attempts: 1 },
    echoing: { command: command('tail -n 1 kept'), attempts: 1 },
  }
  const file = join(folder, 'hooks.json')
  writeFileSync(file, JSON.stringify(hooks), { mode: 0o600 })
  return file
}

/** The values that hooks were asked about, by what they are. */
function* valuesIn(folder: string): Generator<[string, Uint8Array]> {
  const requests = readFileSync(join(folder, 'kept'), 'utf8').trim().split('\n')
  for (const [at, request] of requests.entries()) {
    const { current, next, value } = JSON.parse(request)
    for (const text of [current, next, value]) {
      if (text) yield* secretsIn(JSON.parse(text), `hook request ${at}`)
    }
  }
}

test('what callers keep secret is in no file, log line, metric or error', async () => {
  const lines: string[] = []
  const log = await openLog(
    'json',
    'debug',
    () => new Date(),
    (line) => void lines.push(line),
  )
  const folder = folderWith()
  const server = await startTestServer({ log, config: { rotationHooksFile: hooksIn(folder), logLevel: 'debug' } })
  try {
    await server.service.startMetrics()
    const secrets = new Map<string, Uint8Array>()
    const errors: string[] = []
    const account: SigningCredentials = server
    const send = async (request: HttpRequest): Promise<Answer> => {
      const { method, target, headers, body } = request
      const response = await fetch(server.httpEndpoint + target, {
        method,
        headers: Object.fromEntries([...headers].map(([name, [value = '']]) => [name, value])),
        ...(body.length > 0 ? { body: Buffer.from(body) } : {}),
      })
      const text = await response.text()
      if (response.status !== 200) errors.push(text)
      return { status: response.status, headers: {}, body: text.startsWith('{') ? JSON.parse(text) : {} }
    }
    const call = (action: string, parameters: Readonly<Record<string, string>> = {}, options: CallOptions = {}) => {
      const { as = account, version, place = 'query' } = options
      const date = new Date()
      return send(v1Request(as, action, parameters, { date, place, ...(version === undefined ? {} : { version }) }))
    }
    const markers = new Map<string, string>()
    const secret = (purpose: string): string => {
      const marker = markers.get(purpose) ?? randomBytes(12).toString('base64url')
      markers.set(purpose, marker)
      secrets.set(purpose, Buffer.from(marker))
      return `${purpose} ${marker}`
    }
    secrets.set('AccessKeySecret', Buffer.from(account.accessKeySecret))
    const world = new World(server.accountId, secret)

    for (const step of tour) {
      const version = step.version ?? '2016-01-20'
      const parameters = step.parameters(world)
      // A wrong secret, an unknown AccessKey, the secret in the wrong place, and requests that cannot be read.
      const wrong = { accessKeyId: account.accessKeyId, accessKeySecret: secret('mistyped AccessKeySecret') }
      await call(step.action, parameters, { version, as: wrong })
      await send(acs3Request(wrong, step.action, parameters, { date: new Date(), version }))
      await call(step.action, parameters, { version, as: { ...wrong, accessKeyId: account.accessKeySecret } })
      await call(step.action, { ...parameters, SecurityToken: secret('foreign SecurityToken') }, { version, as: wrong })
      await spoil(step.action, version, parameters)
      const answer = await take(step, { call }, world)
      assert.equal(answer.status === 200, step.code === undefined, `${step.action} ${JSON.stringify(answer.body)}`)
      for (const [name, bytes] of secretsIn(answer.body, step.action)) secrets.set(name, bytes)
    }

    async function spoil(action: string, version: string, parameters: Readonly<Record<string, string>>): Promise<void> {
      const contract = openapiOperations.find(
        ({ operation: { api, name } }) => api.version === version && name === action,
      )
      const sensitive = Object.entries(contract?.operation.request ?? {}).filter(([, field]) => field.sensitive)
      // Any text is a secret's value: kept apart from the secrets that later steps are about.
      const apart = 'SecretData' in parameters ? { SecretName: 'apart', VersionId: 'apart' } : {}
      for (const [name] of sensitive) {
        const marker = secret(`bad ${action} ${name}`)
        const json = JSON.stringify({ [marker]: marker })
        for (const value of [marker, `${json}${json}`, `{"${marker}":1}`, `{"a":"${marker}","a":"${marker}"}`]) {
          await call(action, { ...parameters, ...apart, [name]: value }, { version })
          await call(
            action,
            { ...parameters, ...apart, [name]: value, KeyId: 'nothing', Format: 'XML' },
            { version, place: 'form' },
          )
        }
      }
      const marker = percentEncode(secret(`unreadable ${action}`))
      for (const target of [
        `/?Plaintext=${marker}%zz`,
        `/?${marker}=1&${marker}=1`,
        `/${marker}`,
        `/?Action=${marker}`,
      ]) {
        await send({ ...v1Request(account, action, {}, { date: new Date() }), target })
      }
    }

    for (const hook of ['working', 'talking', 'echoing']) {
      const name = { SecretName: `by-${hook}`, VersionId: 'v1' }
      const SecretData = JSON.stringify({ AccountName: 'app', AccountPassword: secret(`password by ${hook}`) })
      await call('CreateSecret', { ...name, SecretData })
      await call('SetSecretRotationHook', { ...name, Hook: hook }, { version: keyhavenApi.version })
      const rotated = await call('RotateSecret', { ...name, VersionId: 'v2' })
      assert.equal(rotated.status === 200, hook === 'working', JSON.stringify(rotated.body))
      await call('GetSecretValue', name, { as: { ...account, accessKeySecret: 'wrong' } })
    }
    const made = [...valuesIn(folder)]
    assert.ok(made.length > 8, `${made.length} values of rotations`)
    for (const [name, bytes] of made) secrets.set(name, bytes)

    await server.service.audit.append({ time: '', phase: 'event', gateway: 'internal', action: 'Done' })
    const metrics = await (await fetch(`${server.httpEndpoint}/metrics`)).text()
    assert.ok(lines.length > tour.length && errors.length > tour.length && metrics.includes('keyhaven'))
    assert.ok(secrets.size > 30, `${secrets.size} secrets`)
    const files = filesIn(server.data)
    assert.ok(files.includes('"Encrypt"') && files.includes('SQLite format 3'))
    for (const [where, corpus] of Object.entries({
      files,
      lines: lines.join(''),
      errors: errors.join('\n'),
      metrics,
    })) {
      assert.deepEqual(found(corpus, secrets), [], `secrets in ${where}`)
    }
    assert.ok(found(Buffer.from(account.accessKeySecret).toString('base64'), secrets).length > 0, 'the search finds')
  } finally {
    await server.close()
  }
})
