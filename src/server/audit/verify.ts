import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Anchor } from './anchor.ts'
import { type Fault, readLines } from './chain.ts'
import type { ChainSeal } from './chain-seal.ts'
import { type Checkpoint, checkpointVerifier, splitNotes } from './checkpoint.ts'
import { segmentsAmong } from './folder.ts'
import { checkpointsFile } from './state.ts'
import { type Verification, VerifiedChain } from './verified-chain.ts'

/** What only the root key can tell. */
export interface RootKeyChecks {
  readonly seal: ChainSeal
  /** what the store says of the log */
  readonly findAnchor: () => Promise<Anchor | undefined>
}

/**
 * Reads a whole audit folder and finds every record that was edited, removed, moved or put in from elsewhere, and an
 * end that was cut off. Needs nothing but the files and the public key. It cannot tell who wrote what comes after the
 * last checkpoint: that takes the root key.
 *
 * @param publicKey - C2SP verifier key, the content of `audit.pub`; keep a copy elsewhere
 * @param checkpointFiles - more files with checkpoints, such as the ones kept in a second place
 * @throws TypeError when `publicKey` is not a verifier key; Error when files cannot be read
 */
export function verifyAudit(folder: string, publicKey: string, checkpointFiles: readonly string[] = []): Verification {
  const { signed, faults } = readCheckpoints(folder, publicKey, checkpointFiles)
  return readChain(folder, new VerifiedChain(signed, faults))
}

/**
 * Looks also whether all records were written with the key of the deployment, and whether the store says the same of
 * the log as the log itself.
 *
 * @throws as `verifyAudit`
 */
export async function verifyWithRootKey(
  folder: string,
  publicKey: string,
  checkpointFiles: readonly string[],
  { seal, findAnchor }: RootKeyChecks,
): Promise<Verification> {
  const { signed, faults } = readCheckpoints(folder, publicKey, checkpointFiles)
  // A server may be writing. It tells the store before it signs, and both after the records.
  const anchor = await findAnchor()
  return readChain(folder, new VerifiedChain(signed, faults, { seal, anchor }))
}

function readChain(folder: string, chain: VerifiedChain): Verification {
  const segments = segmentsAmong(readdirSync(folder))
  for (const segment of segments)
    for (const line of readLines(folder, segment)) chain.take(line, segment === segments.at(-1))
  return chain.finish(segments.at(-1) ?? checkpointsFile)
}

export function readCheckpoints(
  folder: string,
  publicKey: string,
  more: readonly string[],
): { signed: Checkpoint[]; faults: Fault[] } {
  const verifier = checkpointVerifier(publicKey)
  const signed: Checkpoint[] = []
  const faults: Fault[] = []
  for (const path of [join(folder, checkpointsFile), ...more]) {
    for (const [index, note] of splitNotes(readIfPresent(path)).entries()) {
      const checkpoint = verifier.open(note)
      if (checkpoint) signed.push(checkpoint)
      else
        faults.push({ file: path, line: index + 1, seq: undefined, problem: 'is a checkpoint not signed by this key' })
    }
  }
  return { signed, faults }
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
