import { BlockList, isIP, isIPv6 } from 'node:net'
import { ClientError } from './errors.ts'

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

export interface ProxyOptions {
  /**
   * URL of an HTTP proxy, credentials included; `false` for none. Unless given, the environment decides: `HTTPS_PROXY`
   * for servers with TLS, `HTTP_PROXY` for others, `NO_PROXY` for exceptions. This machine is always reached directly then.
   */
  readonly proxy?: string | false | undefined
  /** where the three variables are looked for, in capitals or not; the process's own environment unless given */
  readonly proxyEnv?: ProxyEnvironment | undefined
}

export interface ProxyServer {
  /** without credentials, so that no message about it can repeat them */
  readonly url: URL
  /** value of Proxy-Authorization */
  readonly authorization: string | undefined
}

/**
 * The proxy on the way to a server, by the rules of the official clients.
 *
 * @throws ClientError `configuration` naming the option or the variable that is no address of a proxy
 */
export function proxyFor(server: URL, { proxy, proxyEnv = process.env }: ProxyOptions): ProxyServer | undefined {
  if (proxy === false) return undefined
  if (proxy !== undefined) return readProxy(proxy, 'proxy')
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const found = variable(proxyEnv, name)
  if (found === undefined || isExempt(server, variable(proxyEnv, 'NO_PROXY') ?? '')) return undefined
  return readProxy(found, name)
}

const variable = (env: ProxyEnvironment, name: string): string | undefined =>
  env[name]?.trim() || env[name.toLowerCase()]?.trim() || undefined

/** Without a scheme http is meant, as everywhere. Nothing of the text is repeated: it may hold a password. */
function readProxy(text: string, parameter: string): ProxyServer {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ClientError('configuration', `The ${parameter} is not the address of an HTTP proxy.`, { parameter })
  const { username, password } = url
  url.username = ''
  url.password = ''
  if (username === '') return { url, authorization: undefined }
  const pair = Buffer.from(`${unescaped(username)}:${unescaped(password)}`)
  return { url, authorization: `Basic ${pair.toString('base64')}` }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Entries of NO_PROXY, separated by commas: `*`, an address, a CIDR block, `example.com` with all below it, `.example.com`
 * or `*.example.com` for what is below alone; each with a port if only that is meant.
 */
function isExempt(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  if (isThisMachine(host)) return true
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => isCovered(host, port, entry.toLowerCase()))
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')
const family = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, family(host)))

function isCovered(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true
  if (isIP(entry) !== 0) return entry === host
  const [, bracketed, name = '', onlyPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? []
  if (onlyPort !== undefined && onlyPort !== port) return false
  const wanted = bracketed ?? name
  if (isIP(host) !== 0) return wanted === host || isInBlock(host, entry)
  const domain = wanted.replace(/^\*/, '')
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : domain !== '' && (host === domain || host.endsWith(`.${domain}`))
}

function isInBlock(host: string, entry: string): boolean {
  const [, network = '', bits] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? []
  if (isIP(network) === 0 || family(network) !== family(host)) return false
  if (Number(bits) > (isIPv6(network) ? 128 : 32)) return false
  const block = new BlockList()
  block.addSubnet(network, Number(bits), family(network))
  return block.check(host, family(host))
}
