import { RotationFailure } from '../core/rotation-target.ts'
import { isMysqlPlugin, type MysqlPlugin } from './mysql-verifier.ts'

/** Carries out a statement. @returns rows of columns; none for statements that have none */
export type Query = (sql: string, ...values: readonly string[]) => Promise<readonly (readonly string[])[]>

/** What the servers call an account: a name, and where it may come from. */
export interface Entry {
  readonly user: string
  readonly host: string
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
export const spelled = ({ user, host }: Entry): string => `${quoted(user)}@${quoted(host)}`

/** The entries of a name. Roles of MariaDB have no host. */
export async function entriesOf(query: Query, user: string): Promise<readonly Entry[]> {
  const rows = await query(`select host from mysql.user where user = ? and host <> '' order by host`, user)
  return rows.map(([host = '']) => ({ user, host }))
}

/** How a new account proves its password, when no other is an example. */
export async function usualPlugin(query: Query): Promise<{ plugin: MysqlPlugin; isMariaDb: boolean }> {
  const [[version = ''] = []] = await query('select version()')
  const isMariaDb = version.includes('MariaDB')
  return {
    isMariaDb,
    plugin: isMariaDb || version.startsWith('5.') ? 'mysql_native_password' : 'caching_sha2_password',
  }
}

/** What an account is, besides its name and its grants. */
export interface Description {
  readonly plugin: MysqlPlugin
  /** the clause REQUIRE, and the limits after WITH */
  readonly conditions: string
  /** MySQL's; MariaDB's is among the grants */
  readonly defaultRole: string | undefined
}

/**
 * Reads SHOW CREATE USER, the one form that both servers have and that an account may ask about itself.
 * @param account - as a statement spells it
 * @throws RotationFailure for an account that does not prove a password by one of our plugins alone
 */
export async function describe(query: Query, account: string): Promise<Description> {
  const [[statement = ''] = []] = await query(`show create user ${account}`)
  const [, , rest = ''] = /^CREATE USER (`(?:[^`]|``)*`|'(?:[^']|'')*')@(?:`[^`]*`|'[^']*')(.*)$/s.exec(statement) ?? []
  const [, mysqls, mariaDbs] = /^ IDENTIFIED (?:WITH '([^']+)'|VIA (\w+))/.exec(rest) ?? []
  const isEither = mariaDbs !== undefined && /' OR \w/.test(rest)
  const plugin = mysqls ?? mariaDbs ?? 'mysql_native_password'
  if (isEither || !isMysqlPlugin(plugin)) {
    throw new RotationFailure(`The account proves itself by ${plugin}${isEither ? ' or another way' : ''}.`)
  }
  const [requirement = ''] =
    / REQUIRE (?:SSL|X509|SUBJECT|ISSUER|CIPHER).*?(?= WITH MAX_| PASSWORD | ACCOUNT |$)/s.exec(rest) ?? []
  const [limits = ''] = / WITH MAX_\w+ [\d.]+(?: MAX_\w+ [\d.]+)*/.exec(rest) ?? []
  const [, defaultRole] = / DEFAULT ROLE (.*?) REQUIRE /s.exec(rest) ?? []
  return { plugin, conditions: requirement + limits, defaultRole }
}

/** Grants to one account what another has, and it has not. What is revoked from one is left to who revokes it. */
export async function copyGrants(query: Query, from: Entry, to: Entry): Promise<void> {
  const held = new Set(await grantsOf(query, to))
  for (const grant of await grantsOf(query, from)) {
    const copy = forAnother(grant, from, to)
    if (!held.has(copy)) await query(copy)
  }
}

async function grantsOf(query: Query, entry: Entry): Promise<readonly string[]> {
  const rows = await query(`show grants for ${spelled(entry)}`)
  return rows
    .map(([statement = '']) =>
      statement.replace(/ IDENTIFIED (?:BY PASSWORD '[^']*'|VIA .*?(?= REQUIRE | WITH |$))/, ''),
    )
    .filter((statement) => !/^GRANT USAGE ON \*\.\* TO (?!.* WITH .*GRANT OPTION)/.test(statement))
}

/** MySQL 5.7 quotes names with apostrophes here, later ones and MariaDB with backticks. */
function forAnother(grant: string, from: Entry, to: Entry): string {
  for (const name of [spelled(from), `'${from.user}'@'${from.host}'`]) {
    for (const word of [' TO ', ' FROM ', ' FOR ']) {
      const at = grant.lastIndexOf(word + name)
      if (at >= 0) return grant.slice(0, at) + word + spelled(to) + grant.slice(at + word.length + name.length)
    }
  }
  throw new RotationFailure(`This grant cannot be copied: ${grant}`)
}
