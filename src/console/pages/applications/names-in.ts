/** Names in a JSON list, as the service writes them. */
export function namesIn(list: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(list ?? '[]')
    return Array.isArray(names) ? names.map(String) : []
  } catch {
    return []
  }
}
