export interface Sample {
  /** `host:port` */
  readonly endpoint: string
  readonly clientKeyFile: string
  readonly passwordFile: string
  /** absent when the server's certificate comes from a CA that systems know */
  readonly caFile: string | undefined
  readonly keyId: string | undefined
  readonly secretName: string | undefined
}

/** A program that uses what lies beside it. Runs as it is once `keyhaven` is installed. */
export function sampleProgram(sample: Sample): string {
  const { endpoint, clientKeyFile, passwordFile, caFile, keyId, secretName } = sample
  return `${[
    '// Run it with Node 22 or later where the package keyhaven is installed; in a clone of the project after "npm run build".',
    "import { fileURLToPath } from 'node:url'",
    "import { Client } from 'keyhaven-sdk'",
    '',
    'const here = (file) => fileURLToPath(new URL(file, import.meta.url))',
    '',
    '// Other SDKs for KMS instances take the same four: endpoint, ClientKey file, password, CA file.',
    'const client = new Client({',
    '  instance: {',
    `    endpoint: ${quoted(endpoint)},`,
    `    clientKeyFile: here(${quoted(`./${clientKeyFile}`)}),`,
    `    passwordFile: here(${quoted(`./${passwordFile}`)}),`,
    ...(caFile === undefined ? [] : [`    caFile: here(${quoted(`./${caFile}`)}),`]),
    '  },',
    '})',
    ...(keyId === undefined ? [] : keyLines(keyId)),
    ...(secretName === undefined ? [] : secretLines(secretName)),
    'await client.close()',
  ].join('\n')}\n`
}

/** A string of JavaScript. */
const quoted = (text: string): string => `'${JSON.stringify(text).slice(1, -1).replace(/'/g, "\\'")}'`

const keyLines = (keyId: string): string[] => [
  '',
  `const keyId = ${quoted(keyId)}`,
  "const encrypted = await client.instance.encrypt({ keyId, plaintext: Buffer.from('hello') })",
  'const { ciphertextBlob, iv, algorithm } = encrypted',
  'const { plaintext } = await client.instance.decrypt({ keyId, ciphertextBlob, iv, algorithm })',
  'console.log(Buffer.from(plaintext).toString())',
]

const secretLines = (secretName: string): string[] => [
  '',
  `const secret = await client.instance.getSecretValue({ secretName: ${quoted(secretName)} })`,
  'console.log(secret.versionId)',
]
