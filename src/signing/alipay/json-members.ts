const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * The members of a JSON object, each with its value exactly as it stands in the text: a signature covers characters,
 * not what they mean.
 *
 * @returns undefined if the text is no JSON object, or has a name twice
 */
export function jsonMembers(text: string): ReadonlyMap<string, string> | undefined {
  if (!isObject(text)) return undefined
  const members = new Map<string, string>()
  let depth = 0
  let name: string | undefined
  let start = -1
  let end = 0
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      if (name !== undefined && members.has(name)) return undefined
      if (name !== undefined) members.set(name, text.slice(start, end))
      name = undefined
      start = -1
    } else if (depth === 1 && name === undefined) name = JSON.parse(token)
    else if (depth === 1 && start === -1 && token !== ':') start = index
    if (token === '{' || token === '[') depth++
    if (token === '}' || token === ']') depth--
    end = index + token.length
  }
  return members
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
