import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidParameter } from '../../core/errors.ts'
import type { AuditSearch } from '../../core/service-view.ts'
import { segmentName, segmentNumber, segmentsAmong } from '../audit/folder.ts'
import { type KeptRecord, keptRecord } from '../audit/query.ts'
import { linesBackward, positionAt } from './lines-backward.ts'

/** Read by one call at most: some ten thousand records. */
const bytesPerCall = 4 * 1024 * 1024
/** what opening a segment counts for */
const openingBytes = 64 * 1024

export interface FoundRecords {
  readonly records: readonly KeptRecord[]
  readonly nextToken: string | undefined
  /** of the oldest record that was looked at */
  readonly searchedSince: string | undefined
}

/** Where a search goes on: the records before this place. */
interface Place {
  readonly segment: string
  readonly offset: number
}

/**
 * Searches a log from its end. Stops when enough was found or read; `nextToken` says where to go on. Does not verify
 * what it reads.
 *
 * @throws KmsError `InvalidParameter` of NextToken
 */
export async function searchAudit(folder: string, query: AuditSearch): Promise<FoundRecords> {
  const from = query.nextToken === undefined ? undefined : parsePlace(query.nextToken)
  const segments = segmentsAmong(await readdir(folder)).filter((name) => !from || name <= from.segment)
  const search = new Search(query)
  for (const segment of segments.reverse()) {
    await using file = await open(join(folder, segment), 'r').catch(absentAsUndefined)
    // handed over since it was listed, and everything before it
    if (!file) break
    const { size, mtime } = await file.stat()
    // Nothing in a file is younger than its last change.
    if (query.since && mtime < query.since) break
    search.spend(openingBytes)
    const end = from?.segment === segment ? Math.min(from.offset, size) : size
    const rest = await search.within(file, end)
    if (rest !== undefined) return search.found(rest === 'over' ? undefined : { segment, offset: rest })
  }
  return search.found(undefined)
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

class Search {
  readonly #query: AuditSearch
  readonly #records: KeptRecord[] = []
  #left = bytesPerCall
  #searchedSince: string | undefined

  constructor(query: AuditSearch) {
    this.#query = query
  }

  spend(bytes: number): void {
    this.#left -= bytes
  }

  /** @returns where to go on within this file; `over` when nothing older can fit; undefined for the file before it */
  async within(file: FileHandle, end: number): Promise<number | 'over' | undefined> {
    const { since, until, maxResults } = this.#query
    const from = until === undefined ? end : await positionAt(file, end, until)
    for await (const { text, offset } of linesBackward(file, from)) {
      this.spend(Buffer.byteLength(text))
      const record = keptRecord(text)
      if (record !== undefined) {
        this.#searchedSince = record.time
        if (since !== undefined && new Date(record.time) < since) return 'over'
        if (isFound(record, this.#query)) this.#records.push(record)
      }
      if (this.#records.length === maxResults || this.#left <= 0) return offset
    }
    return this.#left <= 0 ? 0 : undefined
  }

  found(place: Place | undefined): FoundRecords {
    const nextToken = place && `${segmentNumber(place.segment)}-${place.offset}`
    return { records: this.#records, nextToken, searchedSince: this.#searchedSince }
  }
}

function parsePlace(token: string): Place {
  const [, number = '', offset = ''] = /^(\d{1,8})-(\d{1,12})$/.exec(token) ?? []
  if (number === '') throw invalidParameter('NextToken')
  return { segment: segmentName(Number(number)), offset: Number(offset) }
}

function isFound(record: KeptRecord, query: AuditSearch): boolean {
  const { operation, resource, caller, code, requestId, since, until, text } = query
  const time = new Date(record.time)
  return (
    (operation === undefined || record.action === operation) &&
    (resource === undefined || record.keyId === resource || String(record.resource ?? '').includes(resource)) &&
    (caller === undefined || record.accessKeyId === caller || String(record.principal ?? '').includes(caller)) &&
    (code === undefined || record.code === code) &&
    (requestId === undefined || record.requestId === requestId) &&
    (since === undefined || time >= since) &&
    (until === undefined || time <= until) &&
    (text === undefined || hasText(record, text.toLowerCase()))
  )
}

const hasText = (record: KeptRecord, text: string): boolean =>
  Object.values(record).some((value) => value !== undefined && String(value).toLowerCase().includes(text))
