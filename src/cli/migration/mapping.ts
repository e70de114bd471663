import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeAtomically } from '../../server/files/write-atomically.ts'
import { CliError } from '../failure.ts'

interface MappingContent {
  /** where things were read from and written to: the mapping is of no use between any others */
  readonly from: string
  readonly to: string
  /** what marks are made with: whoever does not have the mapping can mark nothing */
  readonly token: string
  /** id at the source → id at the target */
  readonly keys: Record<string, string>
  /** names, which are the same at both, of secrets that were made there */
  readonly secrets: Record<string, string>
  /** ids and names from above that lack something yet */
  readonly unfinished: string[]
}

/**
 * What became of each key and secret, in a file that is written anew after each step, so that a run that was broken off
 * is gone on with. It holds names only, never a value.
 */
export class Mapping {
  readonly #path: string | undefined
  readonly #content: MappingContent
  readonly #unfinished: Set<string>

  /** @param path - undefined to keep it in memory, when nothing is to be written */
  private constructor(path: string | undefined, content: MappingContent) {
    this.#path = path
    this.#content = content
    this.#unfinished = new Set(content.unfinished)
  }

  /** @throws CliError `badFile`, `otherMapping` */
  static read(path: string, { from, to, isDryRun }: { from: string; to: string; isDryRun: boolean }): Mapping {
    const content = withoutInherited(
      readContent(path) ?? { from, to, token: newToken(), keys: {}, secrets: {}, unfinished: [] },
    )
    if (content.from !== from || content.to !== to)
      throw new CliError('otherMapping', `${path} is of a move from ${content.from} to ${content.to}`)
    return new Mapping(isDryRun ? undefined : path, content)
  }

  /** Keeps what marks are made with, before anything bears one. */
  begin(): void {
    this.#write()
  }

  /** What a key or secret is marked with when it is made, which tells from whence it is and that this move has made it. */
  markOf(idOrName: string): string {
    const proof = createHmac('sha256', this.#content.token).update(idOrName).digest('hex').slice(0, 32)
    return `${proof}/${idOrName}`
  }

  /** @returns the id or name that a mark of this move is for; undefined when it is another one's */
  markedBy(mark: string): string | undefined {
    const idOrName = mark.slice(mark.indexOf('/') + 1)
    return this.markOf(idOrName) === mark ? idOrName : undefined
  }

  /** id at the target; undefined for a key that is not there yet */
  keyOf(id: string): string | undefined {
    return this.#content.keys[id]
  }

  get keys(): Readonly<Record<string, string>> {
    return this.#content.keys
  }

  hasSecret(name: string): boolean {
    return this.#content.secrets[name] !== undefined
  }

  /** Whether nothing is left to do for a key or secret. */
  isFinished(idOrName: string): boolean {
    const isKnown = this.keyOf(idOrName) !== undefined || this.hasSecret(idOrName)
    return isKnown && !this.#unfinished.has(idOrName)
  }

  addKey(id: string, there: string): void {
    this.#content.keys[id] = there
    this.#unfinished.add(id)
    this.#write()
  }

  addSecret(name: string): void {
    this.#content.secrets[name] = name
    this.#unfinished.add(name)
    this.#write()
  }

  finish(idOrName: string): void {
    this.#unfinished.delete(idOrName)
    this.#write()
  }

  #write(): void {
    if (this.#path === undefined) return
    const content = { ...this.#content, unfinished: [...this.#unfinished] }
    writeAtomically(this.#path, `${JSON.stringify(content, null, 2)}\n`)
  }
}

const newToken = (): string => randomBytes(16).toString('hex')

/** Names are the source's choice: `constructor` is none of a secret that is here already. */
const withoutInherited = ({ keys, secrets, ...content }: MappingContent): MappingContent => ({
  ...content,
  keys: Object.assign(Object.create(null), keys),
  secrets: Object.assign(Object.create(null), secrets),
})

function readContent(path: string): MappingContent | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const content = parsed(text)
  if (isContent(content)) return content
  throw new CliError('badFile', `${path} is no mapping of a move`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isContent(value: unknown): value is MappingContent {
  if (typeof value !== 'object' || value === null) return false
  const { from, to, token, keys, secrets, unfinished } = value as Partial<Record<keyof MappingContent, unknown>>
  const isText = (member: unknown): boolean => typeof member === 'string'
  return (
    isText(from) &&
    isText(to) &&
    isText(token) &&
    [keys, secrets].every(
      (names) => typeof names === 'object' && names !== null && Object.values(names).every(isText),
    ) &&
    Array.isArray(unfinished) &&
    unfinished.every(isText)
  )
}
