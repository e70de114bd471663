import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, findConnection } from './connection.ts'
import type { Context } from './context.ts'

/**
 * The server that an option of a command names besides the one that every command talks to: a profile, or the data folder
 * of a development server. Nothing of this environment is meant for it.
 */
export function otherServer({ flags, io, path }: Context, where: string): Connection {
  const { timeout, proxy } = flags
  const isFolder = existsSync(join(path(where), 'client.json'))
  return findConnection(
    { timeout, proxy, ...(isFolder ? { data: path(where) } : { profile: where }) },
    { ...io, env: {} },
  )
}

/** What a server is called in reports: its endpoint, or else its region. */
export const placeOf = ({ options }: Connection): string =>
  ('endpoint' in options && options.endpoint) || ('regionId' in options && options.regionId) || ''
