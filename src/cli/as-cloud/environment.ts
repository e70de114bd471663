import { fileURLToPath } from 'node:url'
import type { ReachableServer } from '../client-environment.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import type { TrustFiles } from './trust-files.ts'

interface CloudOptions {
  readonly server: ReachableServer
  readonly files: TrustFiles
  /** of the program, to which options of Node and Java and paths of Python are added */
  readonly env: Io['env']
  /** hosts that the program may reach itself */
  readonly direct: readonly string[]
}

const here = ['localhost', '127.0.0.1', '::1']
const nodePreload = fileURLToPath(new URL('../../../bin/node-to-keyhaven.cjs', import.meta.url))

/**
 * By what a program that knows only the names of the cloud comes to the server, and trusts it: the proxy that the server's
 * port without TLS is, CAs under every name that they are looked for, and what Java, Python and Node need beyond that.
 *
 * @throws CliError `noProxy`
 */
export function cloudEnvironment({ server, files, env, direct }: CloudOptions): Readonly<Record<string, string>> {
  const proxy = server.httpEndpoint
  if (proxy === undefined) throw new CliError('noProxy', 'only a development server answers to the names of the cloud')
  const past = [...here, ...direct].join(',')
  return {
    ...{ HTTPS_PROXY: proxy, https_proxy: proxy, HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: past, no_proxy: past },
    ...{ SSL_CERT_FILE: files.bundle, REQUESTS_CA_BUNDLE: files.bundle, CURL_CA_BUNDLE: files.bundle },
    ...{ ALIBABA_CLOUD_CA_BUNDLE: files.bundle, NODE_EXTRA_CA_CERTS: server.caFile ?? files.bundle },
    PYTHONPATH: [files.pythonPath, env.PYTHONPATH].filter(Boolean).join(process.platform === 'win32' ? ';' : ':'),
    JAVA_TOOL_OPTIONS: [env.JAVA_TOOL_OPTIONS, ...javaOptions(proxy, files.trustStore, direct).map(quoted)]
      .filter(Boolean)
      .join(' '),
    NODE_OPTIONS: [env.NODE_OPTIONS, `--require=${JSON.stringify(nodePreload)}`].filter(Boolean).join(' '),
  }
}

/** What a JVM trusts, and by which proxy it goes. */
function javaOptions(proxy: string, trustStore: string, direct: readonly string[]): readonly string[] {
  const { hostname, port } = new URL(proxy)
  const past = [...here, '[::1]', ...direct.map((host) => host.replace(/^\./, '*.'))].join('|')
  return [
    ...javaTrust(trustStore),
    ...['https', 'http'].flatMap((scheme) => [`-D${scheme}.proxyHost=${hostname}`, `-D${scheme}.proxyPort=${port}`]),
    `-Dhttp.nonProxyHosts=${past}`,
  ]
}

export const javaTrust = (trustStore: string): readonly string[] => [
  `-Djavax.net.ssl.trustStore=${trustStore}`,
  '-Djavax.net.ssl.trustStoreType=PKCS12',
]

/** As JVMs and Node read a variable of options. */
export const quoted = (option: string): string => (/\s/.test(option) ? `"${option}"` : option)
