/**
 * Measures whether the time of a comparison or conversion tells something about the secret in it.
 *
 *     node test/attack/dudect.ts                        every case, 100,000 samples: some minutes
 *     node test/attack/dudect.ts --samples 1000000      finer
 *     node test/attack/dudect.ts --only Base64          the cases of that name
 *
 * For a quiet machine, by hand: load makes it see less, never more. A comparison that does leak is measured first, so
 * that a run that could not have seen anything fails. Ends with 0 when |t| < 10 everywhere.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { testKms } from '../kit/kms.ts'
import { timingCases } from './timing/cases.ts'
import { type TimingCase, timingT } from './timing/measure.ts'

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '100000' }, only: { type: 'string', default: '' } },
})
const samples = Number(values.samples)
if (!Number.isSafeInteger(samples) || samples < 1000) throw new Error('--samples takes a number from 1000')
const greatest = 10

/** As one would write it without thinking. */
const leaking: TimingCase = {
  name: 'a comparison that stops at the first difference (must be seen)',
  source: '',
  classes: 'wrong in the first byte, or in the last',
  prepare(isSecond) {
    const secret = new Uint8Array(randomBytes(64))
    const given = secret.slice()
    given[isSecond ? 63 : 0] = (given[isSecond ? 63 : 0] ?? 0) ^ 1
    return () => secret.every((byte, index) => byte === given[index])
  },
}

const { kms, records } = await testKms()
const cases = timingCases(kms, records.keyring).filter(({ name }) => name.includes(values.only))
if (cases.length === 0) throw new Error(`no case is called ${values.only}`)

const control = report(leaking)
const leaks = cases.filter((timingCase) => report(timingCase) >= greatest).map(({ name }) => name)
if (control < greatest) fail('the leaking comparison was not seen: use more samples, or a quieter machine')
else if (leaks.length > 0) fail(`time tells the classes apart in: ${leaks.join(', ')}`)
else console.log(`dudect: ${cases.length} cases, |t| < ${greatest} in each, ${samples} samples a case`)

function report(timingCase: TimingCase): number {
  const t = timingT(timingCase, samples)
  console.log(`|t| ${t.toFixed(1).padStart(6)}  ${timingCase.name} (${timingCase.classes})`)
  return t
}

function fail(why: string): void {
  console.error(`dudect: ${why}`)
  process.exitCode = 1
}
