/** One of the servers that an address names. */
export interface ServerAddress {
  /** host and port */
  readonly name: string
  readonly url: string
}

export interface PostgresAddress {
  readonly servers: readonly ServerAddress[]
  /** hosts and database, without user and password */
  readonly name: string
}

// A URL as others, but for several hosts with commas between them; libpq writes it so, too.
const pattern = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?]*)([^?]*)(.*)$/

/** Takes `postgres://user:password@one:5432,two:5432/database?…` apart; what cannot be read has no server. */
export function postgresAddress(text: string): PostgresAddress {
  const [, before = '', hosts = '', database = '', parameters = ''] = pattern.exec(text) ?? []
  const servers = hosts.split(',').map((name) => ({ name, url: `${before}${name}${database}${parameters}` }))
  if (!servers.every(({ url }) => URL.canParse(url))) return { servers: [], name: '(address not readable)' }
  return { servers, name: `${hosts}${database}` }
}
