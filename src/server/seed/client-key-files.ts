import { existsSync, readFileSync } from 'node:fs'
import { createClientKey } from '../../core/application-access/create-client-key.ts'
import type { Kms } from '../../core/kms.ts'
import { type SeedClientKey, SeedError } from '../../core/seed/seed.ts'
import { decodeBase64 } from '../../crypto/base64.ts'
import { readPkcs12 } from '../../crypto/pkcs12.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { accountCall } from '../service-call.ts'
import type { SeedFile } from './schema.ts'

type Application = SeedFile['applications'][number]

/**
 * The public half of the ClientKey that is in the file of an application.
 *
 * @returns undefined when there is no file yet
 * @throws SeedError when it cannot be read, or the password does not open it
 */
export function readClientKeyFile({ name, clientKeyFile, password = '' }: Application): SeedClientKey | undefined {
  if (clientKeyFile === undefined || !existsSync(clientKeyFile)) return undefined
  try {
    const { KeyId, PrivateKeyData } = JSON.parse(readFileSync(clientKeyFile, 'utf8'))
    const [certificate] = readPkcs12(decodeBase64(String(PrivateKeyData)) ?? new Uint8Array(0), password).certificates
    if (certificate !== undefined && typeof KeyId === 'string') return { id: KeyId, certificate }
  } catch {
    // whatever is wrong with it, the answer is the same
  }
  throw new SeedError(`application ${name}`, `${clientKeyFile} is no ClientKey file that its password opens`)
}

/** Makes the ClientKey files that the seed names and that are not there. */
export async function makeClientKeyFiles(kms: Kms, applications: readonly Application[]): Promise<void> {
  for (const { name, clientKeyFile, password = '' } of applications) {
    if (clientKeyFile === undefined || existsSync(clientKeyFile)) continue
    const call = accountCall(kms, 'CreateClientKey')
    const { clientKeyId, privateKeyData } = await createClientKey(call, { aapName: name, password })
    writeAtomically(clientKeyFile, `${JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData })}\n`)
  }
}
