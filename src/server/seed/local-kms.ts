import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import { ConfigError } from '../config/load.ts'
import type { SeedInput } from './schema.ts'

/*
 * Seeds of local-kms, a stand-in for the KMS of another cloud: keys with fixed ids and material, and aliases. Its
 * ciphertexts are of that cloud's form, so they do not decrypt here.
 */

const metadata = z.object({
  KeyId: z.string(),
  Description: z.string().optional(),
  Origin: z.string().optional(),
  KeyUsage: z.string().optional(),
})
const aesKey = z.object({
  Metadata: metadata,
  BackingKeys: z.array(z.string()).default([]),
  NextKeyRotation: z.union([z.string(), z.date()]).optional(),
})
const pemKey = z.object({ Metadata: metadata, PrivateKeyPem: z.string() })
const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullish()
const localKmsSchema = z.object({
  Keys: z
    .object({
      Symmetric: z.object({ Aes: list(aesKey) }).nullish(),
      Asymmetric: z.object({ Rsa: list(pemKey), Ecc: list(pemKey) }).nullish(),
    })
    .nullish(),
  Aliases: list(z.object({ AliasName: z.string(), TargetKeyId: z.string() })),
})

export const isLocalKmsSeed = (parsed: unknown): boolean =>
  typeof parsed === 'object' && parsed !== null && ('Keys' in parsed || 'Aliases' in parsed)

/** @throws ConfigError for what local-kms would not read either, and for key specs that there are none of here */
export function fromLocalKms(parsed: unknown, from: string): SeedInput {
  const result = localKmsSchema.safeParse(parsed)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new ConfigError(`${from}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { Keys, Aliases } = result.data
  const aliasesOf = (id: string) =>
    (Aliases ?? []).filter(({ TargetKeyId }) => TargetKeyId === id).map(({ AliasName }) => AliasName)
  return {
    keys: [
      ...(Keys?.Symmetric?.Aes ?? []).map(fromAes),
      ...[...(Keys?.Asymmetric?.Rsa ?? []), ...(Keys?.Asymmetric?.Ecc ?? [])].map((key) => fromPem(key, from)),
    ].map((key) => ({ ...key, aliases: aliasesOf(key.id) })),
  }
}

type Aes = z.output<typeof aesKey>
type KeyInput = NonNullable<SeedInput['keys']>[number]

function fromAes({ Metadata, BackingKeys, NextKeyRotation }: Aes): KeyInput {
  const origin = Metadata.Origin === 'EXTERNAL' ? 'EXTERNAL' : 'Aliyun_KMS'
  return {
    ...{ id: Metadata.KeyId, description: Metadata.Description, origin, spec: 'Aliyun_AES_256' },
    versions: BackingKeys.map((hex) => ({ hex })),
    // There, the day of the next rotation; here, how long a version is used: a year, as in that cloud.
    rotation: NextKeyRotation === undefined ? undefined : '365d',
  }
}

function fromPem({ Metadata, PrivateKeyPem }: z.output<typeof pemKey>, from: string): KeyInput {
  const usage = Metadata.KeyUsage === 'ENCRYPT_DECRYPT' ? 'ENCRYPT/DECRYPT' : 'SIGN/VERIFY'
  const spec = specOf(PrivateKeyPem)
  if (spec === undefined) throw new ConfigError(`${from}: key ${Metadata.KeyId}: no key spec here has such a key`)
  return {
    ...{ id: Metadata.KeyId, description: Metadata.Description, spec, usage },
    material: { pem: PrivateKeyPem },
  }
}

const specs = new Map([
  ['2048', 'RSA_2048'],
  ['3072', 'RSA_3072'],
  ['4096', 'RSA_4096'],
  ['prime256v1', 'EC_P256'],
  ['secp256k1', 'EC_P256K'],
] as const)

function specOf(pem: string): KeyInput['spec'] {
  try {
    const { modulusLength, namedCurve } = createPrivateKey(pem).asymmetricKeyDetails ?? {}
    return specs.get((namedCurve ?? String(modulusLength)) as Parameters<typeof specs.get>[0])
  } catch {
    return undefined
  }
}
