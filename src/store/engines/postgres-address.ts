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
  /** the address as it may be shown: without password and parameters */
  readonly withoutPassword: string
}

// A URL as others, but for several hosts with commas between them; libpq writes it so, too. As in others, user and password
// end at the last @ before the first of / ? #. An @ after that, or a #, is most likely of a password that was not encoded:
// the host would be a part of it, and be told to everybody.
const pattern =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?<login>[^/?#]*@)?(?<hosts>[^@/?#]*)(?<database>\/[^@?#]*)?(?<parameters>\?[^@#]*)?$/

const unreadable: PostgresAddress = { servers: [], name: '(address not readable)', withoutPassword: 'postgres://…' }

/** Takes `postgres://user:password@one:5432,two:5432/database?…` apart; what cannot be read has no server. */
export function postgresAddress(text: string): PostgresAddress {
  const { scheme = '', login = '', hosts = '', database = '', parameters = '' } = pattern.exec(text)?.groups ?? {}
  const servers = hosts.split(',').map((name) => ({ name, url: `${scheme}${login}${name}${database}${parameters}` }))
  if (!servers.every(({ url }) => URL.canParse(url))) return unreadable
  const name = `${hosts}${database}`
  return { servers, name, withoutPassword: `${scheme}${login.replace(/:.*@$/s, ':***@')}${name}` }
}
