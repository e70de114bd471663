import type { Sink } from '../io.ts'
import { endOf, printable, textWidth } from '../text-width.ts'

const barWidth = 24
const redrawMilliseconds = 100
/** Of a name, this much at least, or it says nothing. */
const shortestLabel = 8

/** A bar with rate and time left on a terminal, and silence everywhere else. */
export class Progress {
  readonly #sink: Sink
  readonly #totalBytes: number | undefined
  readonly #now: () => number
  readonly #startedAt: number
  #label = ''
  #finishedBytes = 0
  #drawnAt = Number.NEGATIVE_INFINITY

  /**
   * @param totalBytes - of all files together; undefined for a pipe, whose end nobody knows
   * @param now - milliseconds
   */
  constructor(sink: Sink, totalBytes: number | undefined, now: () => number = () => performance.now()) {
    this.#sink = sink
    this.#totalBytes = totalBytes
    this.#now = now
    this.#startedAt = now()
  }

  /** The receiver of progress for the next file. */
  file(label: string): (doneBytes: number) => void {
    this.#label = label
    return (doneBytes) => this.#draw(this.#finishedBytes + doneBytes)
  }

  /** Counts a whole file, whatever became of it. */
  finish(bytes: number): void {
    this.#finishedBytes += bytes
  }

  /** Takes the bar away, so that what follows begins on an empty line. */
  clear(): void {
    if (this.#drawnAt === Number.NEGATIVE_INFINITY) return
    this.#sink.write('\r\u001b[K')
    this.#drawnAt = Number.NEGATIVE_INFINITY
  }

  #draw(doneBytes: number): void {
    const now = this.#now()
    if (this.#sink.isTTY !== true || now - this.#drawnAt < redrawMilliseconds) return
    this.#drawnAt = now
    const seconds = (now - this.#startedAt) / 1000
    const parts = progressParts(doneBytes, this.#totalBytes, seconds)
    // One column less: in the last one the cursor would go to the next line.
    this.#sink.write(`\r${fitted(this.#label, parts, (this.#sink.columns || 80) - 1)}\u001b[K`)
  }
}

/** What is known in one line: of the name its end, and on a narrow terminal fewer figures. */
function fitted(label: string, parts: readonly string[], columns: number): string {
  const figures = parts.join('  ')
  const room = columns - textWidth(figures) - 2
  const name = printable(label)
  if (room >= Math.min(shortestLabel, textWidth(name))) return `${endOf(name, room)}  ${figures}`
  const [, ...rest] = parts
  return textWidth(figures) <= columns || rest.length === 0 ? endOf(figures, columns) : fitted(label, rest, columns)
}

/** Bar, share, rate and time left; only the amount and rate when the end is not known. */
function progressParts(doneBytes: number, totalBytes: number | undefined, seconds: number): string[] {
  const rate = seconds > 0 ? doneBytes / seconds : 0
  const speed = `${sizeText(rate)}/s`
  if (totalBytes === undefined || totalBytes === 0) return [sizeText(doneBytes), speed]
  const share = Math.min(1, doneBytes / totalBytes)
  const filled = Math.round(share * barWidth)
  const left = rate > 0 ? `${timeText((totalBytes - doneBytes) / rate)} left` : ''
  return ['█'.repeat(filled) + '░'.repeat(barWidth - filled), `${Math.floor(share * 100)}%`, speed, left]
}

/** `1.4 GB`: decimal, as disks and networks are measured. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const value = bytes / 1000 ** power
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const padded = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`
}
