/** Names in a JSON list, as the service writes them. */
export const namesIn = (list: string | undefined): readonly string[] => strings(parsed(list ?? '[]'))

/** The network rules that a policy lets in by. */
export function networkRulesIn(rules: string): readonly string[] {
  const value = parsed(rules)
  return value !== null && typeof value === 'object' && 'NetworkRules' in value ? strings(value.NetworkRules) : []
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
