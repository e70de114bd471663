import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from './histogram.ts'

const latencies = fc.array(fc.oneof(fc.nat(3000), fc.nat(2 ** 31 - 1)), { minLength: 1, maxLength: 300 })
const percents = [0, 1, 50, 90, 99, 99.9, 99.99, 100]

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

/** By the definition: the smallest value that this share of all values does not exceed. */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * values.length - 1e-9) - 1)] ?? assert.fail()
}

test('percentiles are those of the sorted values, to one part in 1024', () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const histogram = histogramOf(values)
      for (const percent of percents) {
        const [found, exact] = [histogram.percentile(percent), percentileOf(values, percent)]
        assert.ok(found >= exact && found - exact <= exact / 1024, `${percent}: ${found} for ${exact}`)
      }
      assert.equal(histogram.count, values.length)
      assert.equal(histogram.min, Math.min(...values))
      assert.equal(histogram.max, Math.max(...values))
      assert.ok(
        Math.abs(histogram.mean - values.reduce((sum, value) => sum + value, 0) / values.length) < 1e-6 * 2 ** 31,
      )
    }),
  )
})

test('merged histograms, also as records in JSON, are the histogram of all values', () => {
  fc.assert(
    fc.property(latencies, latencies, (one, other) => {
      const merged = histogramOf(one)
      merged.merge(histogramOf(other))
      const stored = Histogram.of(JSON.parse(JSON.stringify(histogramOf(one).toRecord())))
      stored.merge(histogramOf(other).toRecord())
      const whole = histogramOf([...one, ...other]).toRecord()
      assert.deepEqual(merged.toRecord().buckets, whole.buckets)
      assert.deepEqual(stored.toRecord().buckets, whole.buckets)
      assert.deepEqual([merged.min, merged.max], [whole.min, whole.max])
    }),
  )
})

test('an empty histogram has zeros, also after merging another empty one', () => {
  const empty = new Histogram()
  empty.merge(new Histogram())
  assert.deepEqual([empty.count, empty.mean, empty.min, empty.max, empty.percentile(99)], [0, 0, 0, 0, 0])
})

test('what is longer than 35 minutes counts as that long', () => {
  assert.equal(histogramOf([1e12]).percentile(100), 2 ** 31 - 1)
})
