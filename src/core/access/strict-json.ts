/** As JSON.parse takes it: each value, innermost first, with the text that it was written as. */
type Reviver = (name: string, value: unknown, context?: { readonly source?: string }) => unknown

/**
 * Parses JSON that decides about security: nesting is bounded and no object may name a member twice, so that no two
 * readers can understand the same text differently (RFC 8259 §4 leaves duplicates open).
 *
 * @throws SyntaxError saying what is wrong, without quoting the text
 */
export function parseStrictJson(text: string, { reviver }: { readonly reviver?: Reviver } = {}): unknown {
  // Valid JSON first: looking for strings in a text whose last one is not closed takes quadratic time.
  const value = parse(text, reviver)
  checkStructure(text, 20)
  return value
}

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch {
    throw new SyntaxError('it is not valid JSON')
  }
}

/** Strings and brackets are all that matters here; JSON.parse checks the rest of the grammar. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs

/** Walks the tokens once. An object is remembered as the set of its member names, an array as `undefined`. */
function checkStructure(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = []
  let lastString = ''
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : undefined)
      if (open.length > maxDepth) throw new SyntaxError(`it is nested more than ${maxDepth} levels deep`)
    } else if (found === '}' || found === ']') open.pop()
    else if (found === ':') addMember(open.at(-1), lastString)
    else lastString = found
  }
}

function addMember(members: Set<string> | undefined, quoted: string): void {
  const name = unquote(quoted)
  if (members?.has(name)) throw new SyntaxError(`the member ${JSON.stringify(name).slice(0, 80)} appears twice`)
  members?.add(name)
}

/** Two spellings may name one member: escapes are undone first. */
const unquote = (quoted: string): string => String(JSON.parse(quoted))
