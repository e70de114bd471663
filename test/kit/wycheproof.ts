import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../vectors/wycheproof')

/** Fields of a group or a case as JSON holds them; the accessors below fail on a field of another type. */
export type Fields = Readonly<Record<string, unknown>>
export type Outcome = 'accepted' | 'rejected' | 'not applicable'

/** How many cases ran, by what the file expects of them. */
export interface Tally {
  valid: number
  invalid: number
  acceptableAccepted: number
  acceptableRejected: number
  notApplicable: number
}

interface VectorFile {
  readonly numberOfTests: number
  readonly testGroups: readonly (Fields & { readonly tests: readonly Fields[] })[]
}

export function hex(fields: Fields, name: string): Buffer {
  return Buffer.from(text(fields, name), 'hex')
}

export function text(fields: Fields, name: string): string {
  const value = fields[name]
  assert.ok(typeof value === 'string', `field ${name}`)
  return value
}

export function number(fields: Fields, name: string): number {
  const value = fields[name]
  assert.ok(typeof value === 'number', `field ${name}`)
  return value
}

/** 'accepted' if the work returns true, 'rejected' if it returns false; what it throws is the test's failure. */
export const outcome = (isAccepted: boolean): Outcome => (isAccepted ? 'accepted' : 'rejected')

/**
 * Runs every case of a file and fails on the first wrong answer: a valid case not accepted or an invalid one accepted.
 *
 * @returns the counts, for the test to compare with its baseline, so that an empty or skipped file cannot pass
 */
export async function runWycheproof(
  name: string,
  judge: (group: Fields, testCase: Fields) => Outcome | Promise<Outcome>,
): Promise<Tally> {
  const file = JSON.parse(readFileSync(join(folder, `${name}_test.json`), 'utf8')) as VectorFile
  const tally: Tally = { valid: 0, invalid: 0, acceptableAccepted: 0, acceptableRejected: 0, notApplicable: 0 }
  let seen = 0
  for (const group of file.testGroups) {
    for (const testCase of group.tests) {
      seen++
      count(tally, `${name} ${testCase.tcId}: ${testCase.comment}`, testCase, await judge(group, testCase))
    }
  }
  assert.equal(seen, file.numberOfTests, `${name} holds as many cases as it says`)
  return tally
}

function count(tally: Tally, title: string, testCase: Fields, actual: Outcome): void {
  const expected = text(testCase, 'result')
  if (actual === 'not applicable') tally.notApplicable++
  else if (expected === 'acceptable') tally[actual === 'accepted' ? 'acceptableAccepted' : 'acceptableRejected']++
  else {
    assert.equal(actual, expected === 'valid' ? 'accepted' : 'rejected', title)
    tally[expected === 'valid' ? 'valid' : 'invalid']++
  }
}

/** A tally with the given counts and zero elsewhere. */
export function expectTally(actual: Tally, expected: Partial<Tally>): void {
  const zero: Tally = { valid: 0, invalid: 0, acceptableAccepted: 0, acceptableRejected: 0, notApplicable: 0 }
  assert.deepEqual(actual, { ...zero, ...expected })
}
