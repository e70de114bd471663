import type { ChainSeal } from '../audit/chain-seal.ts'
import type { AuditFolder } from '../audit/folder.ts'
import { type Position, positionIn } from './batch-reader.ts'

/** File that says what a receiver has, and that only this deployment can have written. */
export const receiptFile = (name: string): string => `received-${name}.json`

type Folder = Pick<AuditFolder, 'read' | 'replace'>

/** @returns nothing when there is none, or none that this deployment has written */
export async function readReceipt(folder: Folder, name: string, seal: ChainSeal): Promise<Position | undefined> {
  try {
    const { mac, ...rest } = JSON.parse((await folder.read(receiptFile(name))) ?? '')
    const position = positionIn(rest)
    return position && typeof mac === 'string' && seal.fits(headOf(name, position), mac) ? position : undefined
  } catch {
    return undefined
  }
}

export async function writeReceipt(folder: Folder, name: string, position: Position, seal: ChainSeal): Promise<void> {
  const receipt = { ...position, mac: seal.mac(headOf(name, position)) }
  await folder.replace(receiptFile(name), `${JSON.stringify(receipt)}\n`)
}

/** No record begins so: the one is not taken for the other. */
const headOf = (name: string, { segment, offset, seq }: Position): string =>
  `received ${name} ${segment} ${offset} ${seq}`
