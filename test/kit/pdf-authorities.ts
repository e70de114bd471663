import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TestAuthority } from './pdf-certificates.ts'

export interface TestServices {
  readonly authority: TestAuthority
  /** addresses of the time-stamping authority, the OCSP responder and the revocation list */
  readonly tsa: string
  readonly ocsp: string
  readonly crl: string
  /** what was asked for, in order */
  readonly asked: string[]
  /** the Authorization of the last question */
  authorization: string | undefined
  /** what the time-stamping authority says next, instead of a token */
  answer: { readonly status?: number; readonly body: Uint8Array } | undefined
  close(): Promise<void>
}

const timeStampSettings = `
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
crypto_device = builtin
ess_cert_id_alg = sha256
`

/** A time-stamping authority, an OCSP responder and a revocation list on this machine, all of them openssl's work. */
export async function startServices(): Promise<TestServices> {
  const authority = new TestAuthority('rsa')
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(authority.folder, name), content)
  write('tsa.cnf', timeStampSettings)
  write('serial', '01')
  write('index.txt', '')
  write('index.txt.attr', 'unique_subject = no\n')
  write(
    'ca.cnf',
    '[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n',
  )
  write('crlnumber', '01')
  const asked: string[] = []
  const services: Pick<TestServices, 'answer' | 'authorization'> = { answer: undefined, authorization: undefined }
  const replies: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
    '/tsa': (body) => {
      write('query', body)
      const signer = ['-inkey', 'tsa.key', '-signer', 'tsa.pem', '-chain', 'ca.pem']
      authority.openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', ...signer, '-out', 'reply')
      return readFileSync(join(authority.folder, 'reply'))
    },
    '/ocsp': (body) => {
      write('question', body)
      const files = ['-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', 'ca.pem', '-rkey', 'ca.key']
      authority.openssl('ocsp', ...files, '-reqin', 'question', '-respout', 'response', '-ndays', '1')
      return readFileSync(join(authority.folder, 'response'))
    },
    '/crl': () => revocationList(authority),
  }
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const path = request.url ?? ''
    asked.push(path)
    services.authorization = request.headers.authorization
    const own = path === '/tsa' ? services.answer : undefined
    response.writeHead(own?.status ?? 200).end(own?.body ?? replies[path]?.(Buffer.concat(chunks)) ?? '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stamper = authority.issue('rsa', 'Time stamps', {
    extensions: [
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=critical,timeStamping',
      `crlDistributionPoints=URI:${origin}/crl`,
    ],
  })
  write('tsa.key', stamper.privateKey)
  write('tsa.pem', stamper.chain)
  return Object.assign(services, {
    ...{ authority, asked, tsa: `${origin}/tsa`, ocsp: `${origin}/ocsp`, crl: `${origin}/crl` },
    close: () => closed(server),
  })
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

/** DER, of all that was revoked until now. */
export function revocationList(authority: TestAuthority): Uint8Array {
  authority.openssl('ca', '-config', 'ca.cnf', '-gencrl', '-keyfile', 'ca.key', '-cert', 'ca.pem', '-out', 'crl.pem')
  return execFileSync('openssl', ['crl', '-in', 'crl.pem', '-outform', 'DER'], { cwd: authority.folder })
}

/** Enters a certificate that the authority issued as good, or as revoked an hour ago, so that the responder knows it. */
export function enter(authority: TestAuthority, chain: string, isRevoked = false): void {
  writeFileSync(join(authority.folder, 'one.pem'), chain)
  const show = (option: string): string => authority.openssl('x509', '-in', 'one.pem', '-noout', option).toString()
  const serial = show('-serial').trim().replace('serial=', '')
  const time = (ms: number): string =>
    new Date(ms)
      .toISOString()
      .replace(/\.\d+|[-:T]/g, '')
      .slice(2)
  const [state, revokedAt] = isRevoked ? ['R', time(Date.now() - 3_600_000)] : ['V', '']
  const line = [state, time(Date.now() + 86_400_000_0), revokedAt, serial, 'unknown', '/CN=x'].join('\t')
  const before = readFileSync(join(authority.folder, 'index.txt'), 'utf8')
  writeFileSync(join(authority.folder, 'index.txt'), `${before}${line}\n`)
}
