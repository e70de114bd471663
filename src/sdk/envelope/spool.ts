import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteReader } from './byte-reader.ts'

const memoryBytes = 8 << 20

/**
 * For formats whose tag comes last: takes in all ciphertext, lets `openAll` run over it once to its end without handing
 * anything out, and only then yields what a second run gives. Large ciphertext waits in a private temporary file;
 * plaintext is never written anywhere.
 */
export async function* spoolVerified(
  reader: ByteReader,
  openAll: (source: ByteReader) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const start = await reader.take(memoryBytes)
  if (await reader.atEnd()) {
    yield* verifiedTwice(() => new ByteReader([start]), openAll)
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'keyhaven-'))
  try {
    const file = await open(join(folder, 'ciphertext'), 'wx+', 0o600)
    try {
      await file.writeFile(joined(start, reader))
      yield* verifiedTwice(() => new ByteReader(contentOf(file)), openAll)
    } finally {
      await file.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* verifiedTwice(
  rewound: () => ByteReader,
  openAll: (source: ByteReader) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const plaintext of openAll(rewound())) plaintext.fill(0)
  yield* openAll(rewound())
}

async function* joined(start: Uint8Array, reader: ByteReader): AsyncGenerator<Uint8Array> {
  yield start
  yield* reader.rest()
}

async function* contentOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1 << 18), 0, 1 << 18, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
