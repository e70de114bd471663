import { hash } from 'node:crypto'

/** SHA-256 (FIPS 180-4), 32 bytes. */
export const sha256 = (message: Uint8Array): Uint8Array => hash('sha256', message, 'buffer')

/** SM3 (GB/T 32905), 32 bytes. */
export const sm3 = (message: Uint8Array): Uint8Array => hash('sm3', message, 'buffer')
