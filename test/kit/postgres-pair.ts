import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { PostgresPlace, postgresPassword, postgresPid, postgresPids } from './postgres-programs.ts'

type Index = 0 | 1

interface Member {
  readonly data: string
  port: number
  server: ChildProcess | undefined
}

/** Two PostgreSQL servers with one database: a primary, and a standby that every commit waits for. */
export class PostgresPair implements AsyncDisposable {
  readonly #place: PostgresPlace
  readonly #members: readonly [Member, Member]
  #primary: Index = 0

  private constructor(place: PostgresPlace) {
    this.#place = place
    const member = (data: string): Member => ({ data, port: 0, server: undefined })
    this.#members = [member(place.data), member(join(place.folder, 'other'))]
  }

  /** @param options - `isAlone`: without a standby */
  static async start(options: { readonly isAlone?: boolean } = {}): Promise<PostgresPair> {
    const pair = new PostgresPair(new PostgresPlace())
    try {
      const [one] = pair.#members
      Object.assign(one, await pair.#place.startOnFreePort(one.data))
      await pair.ask('create database keyhaven', { database: 'postgres' })
      if (!options.isAlone) await pair.makeStandby(1)
      return pair
    } catch (error) {
      await pair[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Which of the two is the primary. */
  get primary(): Index {
    return this.#primary
  }

  get standby(): Index {
    return this.#primary === 0 ? 1 : 0
  }

  /** The address of the database, on both servers. */
  get url(): string {
    const [one, two] = this.#members
    return `postgres://keyhaven:${postgresPassword}@127.0.0.1:${one.port},127.0.0.1:${two.port}/keyhaven`
  }

  portOf(index: Index): number {
    return this.#members[index].port
  }

  get folder(): string {
    return this.#place.folder
  }

  /** Lets the servers own a file or folder. */
  give(path: string): void {
    this.#place.give(path)
  }

  /** The address of the database on one server. */
  urlOf(index: Index, database = 'keyhaven'): string {
    return `postgres://keyhaven:${postgresPassword}@127.0.0.1:${this.#members[index].port}/${database}`
  }

  /** Asks one server, the primary unless another is named. */
  async ask(
    text: string,
    { at = this.#primary, database = 'keyhaven' }: { at?: Index; database?: string } = {},
  ): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(this.urlOf(at, database))
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  /** kill -9 */
  async kill(index: Index): Promise<void> {
    await this.#end(this.#members[index])
  }

  /** Neither answers nor ends. */
  freeze(index: Index): void {
    this.#signal(index, 'SIGSTOP')
  }

  thaw(index: Index): void {
    this.#signal(index, 'SIGCONT')
  }

  /** The standby becomes the primary, whose commits wait for nobody. @returns when it takes changes */
  async promote(): Promise<void> {
    const next = this.standby
    await this.ask('alter system reset synchronous_standby_names', { at: next })
    await this.ask('select pg_reload_conf(), pg_promote(true, 60)', { at: next })
    this.#primary = next
  }

  /** Starts what was killed, as it was: who was primary thinks that it is. */
  async resume(index: Index): Promise<void> {
    const member = this.#members[index]
    member.server = await this.#place.startAgain(member.data, member.port)
  }

  /** Makes a server the standby of the present primary, whatever it was. Afterwards commits wait for it. */
  async makeStandby(index: Index): Promise<void> {
    const member = this.#members[index]
    const primary = this.#members[this.#primary]
    await this.#end(member)
    rmSync(member.data, { recursive: true, force: true })
    const client = new pg.Client(this.urlOf(this.#primary))
    await client.connect()
    try {
      await client.query(`select pg_backup_start('standby', true)`)
      cpSync(primary.data, member.data, {
        recursive: true,
        filter: (path) => !['pg_wal', 'postmaster.pid', 'postmaster.opts'].includes(basename(path)),
      })
      const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
      writeFileSync(join(member.data, 'backup_label'), rows[0].labelfile)
      mkdirSync(join(member.data, 'pg_wal'), { recursive: true })
      writeFileSync(join(member.data, 'standby.signal'), '')
      const conninfo = `host=127.0.0.1 port=${primary.port} user=keyhaven password=${postgresPassword}`
      writeFileSync(join(member.data, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
      this.#place.give(member.data)
      if (member.port === 0) Object.assign(member, await this.#place.startOnFreePort(member.data))
      else member.server = await this.#place.startAgain(member.data, member.port)
      while ((await client.query(`select from pg_stat_replication where state = 'streaming'`)).rowCount === 0)
        await wait(20)
      await client.query(`alter system set synchronous_standby_names = '*'`)
      await client.query('select pg_reload_conf()')
    } finally {
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#members) await this.#end(member)
    this.#place.remove()
  }

  #signal(index: Index, signal: NodeJS.Signals): void {
    for (const pid of postgresPids(this.#members[index].data)) process.kill(pid, signal)
  }

  /** By kill -9: one that ends with a word waits for the other. */
  async #end(member: Member): Promise<void> {
    const { server } = member
    if (server === undefined) return
    const closed = once(server, 'close')
    process.kill(postgresPid(member.data), 'SIGKILL')
    server.stdin?.end()
    member.server = undefined
    await closed
  }
}
