import { useLanguage } from '../../text/language.tsx'
import { Time } from '../time.tsx'
import { Figure } from './figure.tsx'

export interface Series {
  readonly name: string
  readonly values: readonly number[]
  readonly colour: string
}

interface Props {
  readonly name: string
  readonly unit?: string
  readonly times: readonly string[]
  readonly series: readonly Series[]
  /** each on top of those before: of parts that make a whole */
  readonly isStacked?: boolean
}

const height = 180
const dayMs = 86_400_000
const [top, right, bottom, left] = [10, 10, 24, 48]

/** What changes over time: lines, or areas on top of each other. */
export function LinePlot({ name, unit = '', times, series, isStacked = false }: Props) {
  const { say, language } = useLanguage()
  const rows = times.map((time, index) => ({
    time,
    ...Object.fromEntries(series.map((line) => [line.name, line.values[index] ?? 0])),
  }))
  const titleOf = (line: Series): string => `${line.name}${unit ? ` (${unit})` : ''}`
  return (
    <Figure
      name={name}
      legend={series}
      height={height}
      rows={rows}
      columns={[
        { title: say('audit.time'), name: 'time', render: (time: string) => <Time value={time} /> },
        ...series.map((line) => ({ title: titleOf(line), name: line.name })),
      ]}
      draw={(width) => (
        <Drawing
          {...{ width, unit, times, isStacked, language }}
          series={isStacked ? stacked(series) : series.map((line) => ({ ...line, from: line.values.map(() => 0) }))}
        />
      )}
    />
  )
}

interface Band extends Series {
  /** what the values stand on */
  readonly from: readonly number[]
}

function stacked(series: readonly Series[]): readonly Band[] {
  let from: readonly number[] = []
  return series.map((line) => {
    const band = { ...line, from, values: line.values.map((value, index) => value + (from[index] ?? 0)) }
    from = band.values
    return band
  })
}

interface DrawingProps extends Required<Omit<Props, 'name' | 'series'>> {
  readonly width: number
  readonly language: string
  readonly series: readonly Band[]
}

function Drawing({ width, unit, times, series, isStacked, language }: DrawingProps) {
  const most = Math.max(1, ...series.flatMap(({ values }) => values))
  const x = (index: number): number => left + (index / Math.max(1, times.length - 1)) * (width - left - right)
  const y = (value: number): number => top + (1 - value / most) * (height - top - bottom)
  const points = (values: readonly number[]): string[] =>
    values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  const isWithinDay = Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '') <= dayMs
  const short = (time = ''): string =>
    new Date(time).toLocaleString(language, isWithinDay ? { timeStyle: 'short' } : { month: 'short', day: 'numeric' })
  return (
    <>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line
            x1={left}
            x2={width - right}
            y1={y(most * part)}
            y2={y(most * part)}
            stroke="currentColor"
            opacity=".15"
          />
          <text x={left - 6} y={y(most * part) + 4} textAnchor="end" fontSize="12" fill="currentColor">
            {shortNumber(most * part, language)}
          </text>
        </g>
      ))}
      {unit !== '' && (
        <text x={left + 4} y={top + 4} fontSize="12" fill="currentColor">
          {unit}
        </text>
      )}
      {series.map(({ name, values, from, colour }) => (
        <g key={name}>
          {isStacked && (
            <polygon
              fill={colour}
              fillOpacity="0.35"
              points={[...points(values), ...points(values.map((_, index) => from[index] ?? 0)).reverse()].join(' ')}
            />
          )}
          <polyline fill="none" stroke={colour} strokeWidth="2" points={points(values).join(' ')} />
          {values.length === 1 && <circle cx={x(0)} cy={y(values[0] ?? 0)} r="3" fill={colour} />}
        </g>
      ))}
      <text x={left} y={height - 6} fontSize="12" fill="currentColor">
        {short(times[0])}
      </text>
      {times.length > 1 && (
        <text x={width - right} y={height - 6} fontSize="12" textAnchor="end" fill="currentColor">
          {short(times.at(-1))}
        </text>
      )}
    </>
  )
}

const shortNumber = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
