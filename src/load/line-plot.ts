/** A line of a plot. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
}

export interface Plot {
  readonly x: string
  readonly y: string
  readonly series: readonly Series[]
  /** how a place on the x axis is called */
  readonly tick?: (value: number) => string
}

const [width, height, left, bottom, top] = [960, 260, 70, 36, 24]

/** A plot as SVG: lines over a grid, the axes from zero, a legend. */
export function linePlot({ x, y, series, tick = String }: Plot): string {
  const all = series.flatMap(({ points }) => points)
  const [right, high] = [ceiling(all.map(([value]) => value)), ceiling(all.map(([, value]) => value))]
  const toX = (value: number): number => left + ((width - left - 16) * value) / right
  const toY = (value: number): number => height - bottom - ((height - bottom - top) * value) / high
  const marks = Array.from({ length: 6 }, (_, index) => index / 5)
  const rows = marks.map((share) => row(toY(share * high), short(share * high)))
  const columns = marks.map((share) =>
    text(toX(share * right), height - bottom + 16, tick(round(share * right)), 'middle'),
  )
  const lines = series.map(({ points }, index) =>
    line(
      points.map(([a, b]) => [toX(a), toY(b)]),
      index,
    ),
  )
  const legend = series.map(({ name }, index) => key(name, left + 180 * index, index))
  const title = text(width - 16, height - 4, x, 'end')
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${y} over ${x}">${[...rows, ...columns, title, ...lines, ...legend].join('')}</svg>`
}

const line = (points: readonly (readonly [number, number])[], index: number): string =>
  `<path class="s${index}" style="fill:none" d="${points.map(([a, b], at) => `${at === 0 ? 'M' : 'L'}${a.toFixed(1)} ${b.toFixed(1)}`).join('')}"/>`

const row = (at: number, label: string): string =>
  `<line class="grid" x1="${left}" x2="${width - 16}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>${text(left - 8, at + 4, label, 'end')}`

const key = (name: string, at: number, index: number): string =>
  `<rect class="s${index}" x="${at}" y="4" width="12" height="4"/>${text(at + 18, 11, name, 'start')}`

const text = (x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`

/** The next of 1, 2 and 5 times a power of ten, so that the marks are numbers people like. */
function ceiling(values: readonly number[]): number {
  const largest = Math.max(...values, 0)
  if (largest === 0) return 1
  const power = 10 ** Math.floor(Math.log10(largest))
  return ([1, 2, 5, 10].find((factor) => factor * power >= largest) ?? 10) * power
}

const round = (value: number): number => Number(value.toPrecision(4))
const short = (value: number): string => round(value).toLocaleString('en')
