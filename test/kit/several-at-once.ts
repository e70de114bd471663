/**
 * No answer leaves before its audit record is on disk. One question after the other would wait for the disk each time;
 * those that come together wait once.
 */
const usual = 16

/** Does something with each of many things, several at a time, in any order; the answers are in theirs. */
export async function severalAtOnce<T, R>(
  things: readonly T[],
  work: (thing: T) => Promise<R>,
  atOnce = usual,
): Promise<R[]> {
  const results: R[] = []
  const left = things.entries()
  const goOn = async (): Promise<void> => {
    for (const [index, thing] of left) results[index] = await work(thing)
  }
  await Promise.all(Array.from({ length: atOnce }, goOn))
  return results
}
