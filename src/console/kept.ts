/** What the browser keeps of the console: theme, language and the columns of tables. Nothing of the service's. */
type Name = 'theme' | 'language' | `columns.${string}`

export function kept(name: Name): string | null {
  try {
    return localStorage.getItem(`keyhaven.${name}`)
  } catch {
    // a browser that keeps nothing is no reason to fail
    return null
  }
}

export function keep(name: Name, value: string): void {
  try {
    localStorage.setItem(`keyhaven.${name}`, value)
  } catch {
    // as above
  }
}
