import type { DecryptOptions, EncryptOptions } from '../options.ts'
import type { ChunkWorkers } from './chunk-workers.ts'

export interface FileOptions {
  /** Replace an existing output. */
  readonly force?: boolean
  /** Called with the bytes read so far and, for regular files, their number. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | undefined) => void
  /** Threads to share between files; without it a large file gets its own. */
  readonly workers?: ChunkWorkers
}

export interface EncryptFileOptions extends EncryptOptions, FileOptions {}

export interface DecryptFileOptions extends DecryptOptions, FileOptions {}
