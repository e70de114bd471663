export interface EncryptedDataKey {
  /** The ARN that the writer's provider was configured with. */
  readonly keyId: string
  readonly ciphertextBlob: Uint8Array
}

/** Keys named twice are few. Beyond this, no honest writer is looked for. */
const mostReadings = 256

/** By the bytes of the key id, as both official SDKs order them. */
export function sortedKeys(keys: readonly EncryptedDataKey[]): readonly EncryptedDataKey[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a.keyId), Buffer.from(b.keyId)))
}

/**
 * Which entries, in which order, a header's tag may count. Where each key is named once, there is one answer. Of several
 * entries with one key id, Java counts the first that it was given, and Python all, in the order of a set; the message
 * keeps neither order, so that any may be right.
 */
export function countedEntries(keys: readonly EncryptedDataKey[]): readonly (readonly EncryptedDataKey[])[] {
  const sorted = sortedKeys(keys)
  const groups = [...new Set(sorted.map(({ keyId }) => keyId))].map((id) => sorted.filter(({ keyId }) => keyId === id))
  const asPython = combined(groups.map(permutations))
  return groups.length === keys.length ? asPython : [...combined(groups.map(alone)), ...asPython].slice(0, mostReadings)
}

const alone = (group: readonly EncryptedDataKey[]): readonly EncryptedDataKey[][] => group.map((key) => [key])

/** At most `mostReadings` of them. */
function permutations(group: readonly EncryptedDataKey[]): readonly (readonly EncryptedDataKey[])[] {
  return group.reduce<readonly (readonly EncryptedDataKey[])[]>(
    (orders, key) =>
      orders
        .flatMap((order) => Array.from({ length: order.length + 1 }, (_, at) => order.toSpliced(at, 0, key)))
        .slice(0, mostReadings),
    [[]],
  )
}

/** One choice of each, one after the other; at most `mostReadings`. */
function combined(
  choices: readonly (readonly (readonly EncryptedDataKey[])[])[],
): readonly (readonly EncryptedDataKey[])[] {
  return choices.reduce<readonly (readonly EncryptedDataKey[])[]>(
    (starts, choice) => starts.flatMap((start) => choice.map((end) => [...start, ...end])).slice(0, mostReadings),
    [[]],
  )
}
