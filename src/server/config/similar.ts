/** The word of the list that was most likely meant; undefined if none is near. */
export function similar(given: string, words: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(given.length / 3))
  const near = [...words]
    .map((word) => ({ word, steps: distance(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ steps }) => steps <= most)
  return near.sort((a, b) => a.steps - b.steps)[0]?.word
}

/** Letters to put in, take out or replace to make one word of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [place, letter] of [...from].entries()) {
    const next = [place + 1]
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** To be put behind what is wrong; empty if no word is near. */
export function suggestion(given: string, words: Iterable<string>): string {
  const meant = similar(given, words)
  return meant === undefined ? '' : ` (did you mean ${meant}?)`
}
