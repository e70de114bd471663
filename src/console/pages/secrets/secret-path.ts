/** Names may have a slash. */
export const secretPath = (name: string): string => `/secrets/${encodeURIComponent(name)}`
