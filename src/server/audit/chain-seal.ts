import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** Authenticates records: whoever has not the key can cut the end of a log off, but not write another one. */
export interface ChainSeal {
  /** @returns HMAC-SHA-256 over the line up to here, which holds the hash of the line before: so over all before it */
  mac(head: string): string
  fits(head: string, mac: string): boolean
}

/** Stands in place of a MAC while there is no key: of what happens while the service is sealed. */
export const noMac = 'none'

/** 128 bits: nobody can try forgeries but by rewriting the files of a log */
const macBytes = 16

/** @param key - 32 bytes; left alone */
export function chainSeal(key: Uint8Array): ChainSeal {
  const secret = createSecretKey(key)
  const macOf = (head: string): Buffer => createHmac('sha256', secret).update(head).digest().subarray(0, macBytes)
  return {
    mac: (head) => macOf(head).toString('base64'),
    fits: (head, mac) => {
      const found = Buffer.from(mac, 'base64')
      return found.length === macBytes && timingSafeEqual(found, macOf(head))
    },
  }
}
