import { readFileSync } from 'node:fs'
import type { KeyMode } from '../../src/crypto/mode-key.ts'
import { openStore } from '../../src/store/open-store.ts'
import { type TestKms, type TestKmsOptions, testKms } from './kms.ts'

/** A ciphertext of an earlier release; bytes in Base64. */
export interface FormerCiphertext {
  /** name of the key */
  readonly key: string
  readonly made: 'Encrypt' | 'GenerateDataKey' | 'instance Encrypt' | 'instance AdvanceEncrypt'
  readonly mode: KeyMode
  readonly algorithm?: string
  readonly paddingMode?: string
  readonly plaintext: string
  readonly encryptionContext?: Readonly<Record<string, string>>
  readonly ciphertextBlob: string
  readonly iv?: string
}

interface FormerRecords {
  readonly rootKey: string
  readonly instanceId: string
  readonly keys: Readonly<Record<string, { keyId: string; keySpec: string; material?: string }>>
  readonly ciphertexts: readonly FormerCiphertext[]
  readonly records: readonly {
    readonly kind: string
    readonly id: string
    readonly revision: number
    readonly body: string
    readonly sealed?: string
    readonly mac: string
    readonly indexes: readonly [string, string][]
  }[]
}

const file = new URL('../vectors/stored-records/before-derived-keys.json', import.meta.url)
export const former: FormerRecords = JSON.parse(readFileSync(file, 'utf8'))
export const formerKeyId = (name: string): string => former.keys[name]?.keyId ?? ''

/** A deployment as an earlier release left it. */
export async function formerKms(options: TestKmsOptions = {}): Promise<TestKms> {
  const store = await openStore({ engine: 'sqlite', path: ':memory:' })
  await store.commit(
    former.records.map(({ sealed, mac, ...rest }) => ({
      type: 'insert',
      record: { ...rest, mac: bytes(mac), sealed: sealed === undefined ? undefined : bytes(sealed) },
    })),
  )
  return testKms({ ...options, store, rootKey: bytes(former.rootKey) })
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
