/** @returns the store's address without password or parameters, for logs and messages */
export function withoutPassword(store: string): string {
  if (!isPostgresUrl(store)) return store
  try {
    const url = new URL(store)
    url.password = url.password === '' ? '' : '***'
    url.search = ''
    return url.href
  } catch {
    return 'postgres://…'
  }
}

export const isPostgresUrl = (store: string): boolean => /^postgres(ql)?:\/\//.test(store)
