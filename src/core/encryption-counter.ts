/** Counts encryptions per key so that none reaches the limit of random nonces (SEC-15). */
export interface EncryptionCounter {
  /**
   * Counts one encryption under the key. Blocks of counts are reserved in the store, so a crash over-counts and
   * the count never goes backwards; a warm call needs no SQL.
   * @returns how many have been counted, this one included
   */
  count(keyId: string): Promise<number> | number
}
