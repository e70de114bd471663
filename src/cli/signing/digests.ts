import type { PublicKey } from '../../signing/index.ts'
import { digesterFor } from '../../signing/index.ts'
import type { Context } from '../context.ts'
import { readPieces } from '../files.ts'

/** The digests of one file, whatever its size, for signatures of each of these keys. */
export async function digestsOf(context: Context, file: string, keys: readonly PublicKey[]): Promise<Uint8Array[]> {
  const digesters = keys.map((key) => digesterFor(key))
  for await (const piece of readPieces(context, file)) for (const digester of digesters) digester.update(piece)
  return digesters.map((digester) => digester.digest())
}
