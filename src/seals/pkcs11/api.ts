import { createRequire } from 'node:module'
import { UnsealFailure } from '../../core/sealing/seal.ts'

/*
 * What is used of pkcs11js. That package is built where it is installed, for the few who have a token; so it is there
 * only where an operator has installed it, and so are its own types.
 */

export type Handle = Buffer

export interface Attribute {
  readonly type: number
  readonly value?: number | boolean | string
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: {
    readonly type: number
    readonly iv: Buffer
    readonly ivBits: number
    readonly aad: Buffer
    readonly tagBits: number
  }
}

export interface Pkcs11 {
  load(path: string): void
  close(): void
  C_Initialize(): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string }
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, userType: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, count: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[]
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Encrypt(session: Handle, plaintext: Buffer, output: Buffer): Buffer
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Decrypt(session: Handle, ciphertext: Buffer, output: Buffer): Buffer
}

export interface Api {
  readonly PKCS11: new () => Pkcs11
  readonly CKA_CLASS: number
  readonly CKA_DECRYPT: number
  readonly CKA_ENCRYPT: number
  readonly CKA_EXTRACTABLE: number
  readonly CKA_KEY_TYPE: number
  readonly CKA_LABEL: number
  readonly CKA_PRIVATE: number
  readonly CKA_SENSITIVE: number
  readonly CKA_TOKEN: number
  readonly CKA_VALUE_LEN: number
  readonly CKF_RW_SESSION: number
  readonly CKF_SERIAL_SESSION: number
  readonly CKK_AES: number
  readonly CKM_AES_GCM: number
  readonly CKM_AES_KEY_GEN: number
  readonly CKO_SECRET_KEY: number
  readonly CKU_USER: number
  readonly CK_PARAMS_AES_GCM: number
}

/** @throws UnsealFailure `misconfigured` */
export function loadApi(): Api {
  try {
    return createRequire(import.meta.url)('pkcs11js')
  } catch (cause) {
    const message = 'A PKCS #11 seal needs the package pkcs11js: install it beside Keyhaven ("npm install pkcs11js").'
    throw new UnsealFailure('misconfigured', message, { cause })
  }
}
