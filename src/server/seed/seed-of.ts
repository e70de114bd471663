import { createPrivateKey } from 'node:crypto'
import { type Seed, type SeedApplication, type SeedClientKey, SeedError, type SeedKey } from '../../core/seed/seed.ts'
import { decodePem } from '../../crypto/pem.ts'
import { ConfigError } from '../config/load.ts'
import type { SeedFile } from './schema.ts'

/** The ClientKey that an application of the seed names, when there is one. */
export type FindClientKey = (application: SeedFile['applications'][number]) => SeedClientKey | undefined

/** What a file says as core takes it. @throws SeedError for material that cannot be read */
export function seedOf(file: SeedFile, clientKeyOf: FindClientKey): Seed {
  const { accessKey, instances, policies, users, roles, secrets } = file
  return {
    ...{ accessKey, instances, policies, users, roles, secrets },
    keys: file.keys.map(seedKey),
    applications: file.applications.map(
      ({ name, permissions, resources, instance, ...application }, index): SeedApplication => {
        const own = clientKeyOf({ name, permissions, resources, instance, ...application })
        const others = application.clientKeys.map(({ id, certificate }, at) => ({
          id,
          certificate: certificateOf(certificate, `applications[${index}].clientKeys[${at}]`),
        }))
        return { name, permissions, resources, instance, clientKeys: own === undefined ? others : [own, ...others] }
      },
    ),
  }
}

function seedKey({ material, versions, ...key }: SeedFile['keys'][number], index: number): SeedKey {
  const given = material === undefined ? versions : [{ ...material, id: undefined, createdAt: undefined }]
  return {
    ...key,
    versions: given.map(({ id, createdAt, ...form }, at) => ({
      ...{ id, createdAt },
      material: bytesOf(form, material === undefined ? `keys[${index}].versions[${at}]` : `keys[${index}].material`),
    })),
  }
}

function certificateOf(pem: string, path: string): Uint8Array {
  const der = decodePem('CERTIFICATE', pem)
  if (der === undefined) throw new SeedError(path, 'certificate is no certificate in PEM')
  return der
}

interface MaterialForm {
  readonly hex?: string | undefined
  readonly base64?: string | undefined
  readonly pem?: string | undefined
}

function bytesOf({ hex, base64, pem }: MaterialForm, path: string): Uint8Array {
  if (hex !== undefined) return Buffer.from(hex, 'hex')
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  const text = pem ?? ''
  const der = decodePem('PRIVATE KEY', text) ?? decodePem('EC PRIVATE KEY', text) ?? fromPkcs1(text)
  if (der === undefined) throw new SeedError(path, 'is no private key in PEM, without a passphrase')
  return der
}

function fromPkcs1(pem: string): Uint8Array | undefined {
  if (decodePem('RSA PRIVATE KEY', pem) === undefined) return undefined
  try {
    return createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}

/** A seed that cannot be is a setting that cannot be. */
export const seedProblem = (error: unknown): unknown =>
  error instanceof SeedError ? new ConfigError(`seed: ${error.message}`) : error
