import { writeFileSync } from 'node:fs'
import { Client } from '../../src/sdk/client.ts'
import type { TestServer } from './server.ts'

/** Writes a seal file that names a new key of another KMS. */
export async function kmsSealFile(other: TestServer, path: string): Promise<string> {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = other
  await using client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret })
  const { keyId } = (await client.createKey()).keyMetadata
  const content = { kind: 'kms', endpoint, caFile, accessKeyId, accessKeySecret, keyId }
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 })
  return path
}
