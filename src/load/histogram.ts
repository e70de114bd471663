/** Values below this have a bucket of their own; above, 1024 buckets share each power of two. */
const exactValues = 2048
const bucketsPerOctave = 1024
/** 2³¹ - 1 µs, 35 minutes: longer calls count as this long. */
const largest = 2 ** 31 - 1

/** A histogram as it is sent and stored: pairs of bucket and count, in order, and what buckets don't say exactly. */
export interface HistogramRecord {
  readonly buckets: readonly number[]
  readonly sum: number
  readonly min: number
  readonly max: number
}

/**
 * Counts of latencies in microseconds, exact to one part in 1024, in the manner of HDR histograms. Node's own histogram
 * cannot leave its process; this one is merged over processes and kept in reports.
 */
export class Histogram {
  #counts = new Float64Array(exactValues)
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  static of(record: HistogramRecord): Histogram {
    const histogram = new Histogram()
    histogram.merge(record)
    return histogram
  }

  get count(): number {
    return this.#count
  }
  /** Mean, smallest and largest, in microseconds; 0 of an empty histogram. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }
  get min(): number {
    return this.#count === 0 ? 0 : this.#min
  }
  get max(): number {
    return this.#max
  }

  record(microseconds: number): void {
    const value = Math.min(largest, Math.max(0, Math.round(microseconds)))
    this.#add(bucketOf(value), 1)
    this.#extend(value, value, value)
  }

  merge(other: Histogram | HistogramRecord): void {
    const { buckets, sum, min, max } = other instanceof Histogram ? other.toRecord() : other
    for (let at = 0; at < buckets.length; at += 2) this.#add(buckets[at] ?? 0, buckets[at + 1] ?? 0)
    if (buckets.length > 0) this.#extend(sum, min, max)
  }

  /**
   * The smallest value that at least this share of all values do not exceed.
   *
   * @param percent - 0 to 100
   * @returns microseconds: the upper end of the bucket, but no more than the largest value; 0 of an empty histogram
   */
  percentile(percent: number): number {
    if (this.#count === 0) return 0
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count - 1e-9))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= wanted) return Math.min(this.#max, upperEnd(bucket))
    }
    return this.#max
  }

  toRecord(): HistogramRecord {
    const buckets: number[] = []
    for (const [bucket, count] of this.#counts.entries()) if (count > 0) buckets.push(bucket, count)
    return { buckets, sum: this.#sum, min: this.min, max: this.#max }
  }

  #add(bucket: number, count: number): void {
    if (bucket >= this.#counts.length) {
      const longer = new Float64Array(Math.ceil((bucket + 1) / bucketsPerOctave) * bucketsPerOctave)
      longer.set(this.#counts)
      this.#counts = longer
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#count += count
  }

  #extend(sum: number, min: number, max: number): void {
    this.#sum += sum
    this.#min = Math.min(this.#min, min)
    this.#max = Math.max(this.#max, max)
  }
}

/** 2048 to 4095 in steps of 2, 4096 to 8191 in steps of 4, and so on. */
function bucketOf(value: number): number {
  if (value < exactValues) return value
  const shift = 21 - Math.clz32(value)
  return exactValues + (shift - 1) * bucketsPerOctave + ((value >>> shift) - bucketsPerOctave)
}

function upperEnd(bucket: number): number {
  if (bucket < exactValues) return bucket
  const shift = Math.floor((bucket - exactValues) / bucketsPerOctave) + 1
  const within = (bucket - exactValues) % bucketsPerOctave
  return (within + bucketsPerOctave + 1) * 2 ** shift - 1
}
