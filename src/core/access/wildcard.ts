/** Says whether a text fits a pattern that was prepared once. */
export type Matcher = (text: string) => boolean

/**
 * Prepares a RAM pattern: `*` stands for any number of characters, `?` for exactly one. The common shapes become plain
 * comparisons; the general one takes at most pattern × text steps, whatever the pattern (no regular expressions, so no
 * catastrophic backtracking).
 */
export function wildcard(pattern: string): Matcher {
  if (pattern === '*') return () => true
  const special = pattern.search(/[*?]/)
  if (special === -1) return (text) => text === pattern
  if (special === pattern.length - 1 && pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1)
    return (text) => text.startsWith(prefix)
  }
  return (text) => matches(pattern, text)
}

/** On a mismatch the last `*` takes one character more; earlier ones never need to be tried again. */
function matches(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  for (let position = 0; position < text.length; ) {
    const expected = pattern[at]
    if (expected === '*') {
      star = at++
      resume = position
    } else if (expected === '?' || expected === text[position]) {
      at++
      position++
    } else if (star !== -1) {
      at = star + 1
      position = ++resume
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
