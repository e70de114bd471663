import { Button, Segmented, Table } from 'antd'
import { useId, useState } from 'react'
import { useSay } from '../text/language.tsx'
import { asCsv } from './as-csv.ts'
import { saveFile } from './save-button.tsx'
import { Time } from './time.tsx'

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
}

const width = 560
const height = 170
const left = 44
const bottom = 22

/** Lines over time, drawn as SVG; the same as a table, and as CSV. */
export function Plot({ name, unit = '', times, series }: Props) {
  const say = useSay()
  const [view, setView] = useState<'plot' | 'table'>('plot')
  const rows = times.map((time, index) => ({
    time,
    ...Object.fromEntries(series.map((line) => [line.name, line.values[index] ?? 0])),
  }))
  return (
    <figure style={{ margin: 0 }}>
      <figcaption className="row" style={{ marginBottom: 4 }}>
        <strong>{name}</strong>
        {series.map((line) => (
          <span key={line.name} className="row" style={{ gap: 4 }}>
            <span aria-hidden="true" style={{ width: 12, height: 3, background: line.colour }} />
            {line.name}
          </span>
        ))}
        <span style={{ marginInlineStart: 'auto' }} className="row">
          <Segmented
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'plot', label: say('plot.plot') },
              { value: 'table', label: say('plot.table') },
            ]}
          />
          <Button size="small" onClick={() => saveFile(`${name}.csv`, asCsv(rows))}>
            CSV
          </Button>
        </span>
      </figcaption>
      {view === 'plot' ? (
        <Lines name={name} unit={unit} times={times} series={series} />
      ) : (
        <Table
          size="small"
          rowKey="time"
          dataSource={rows}
          pagination={{ pageSize: 8, hideOnSinglePage: true }}
          columns={[
            { title: say('audit.time'), dataIndex: 'time', render: (time: string) => <Time value={time} /> },
            ...series.map((line) => ({ title: `${line.name}${unit ? ` (${unit})` : ''}`, dataIndex: line.name })),
          ]}
        />
      )}
    </figure>
  )
}

function Lines({ name, unit, times, series }: Required<Props>) {
  const say = useSay()
  const titleId = useId()
  const most = Math.max(1, ...series.flatMap(({ values }) => values))
  const x = (index: number): number => left + (index / Math.max(1, times.length - 1)) * (width - left - 8)
  const y = (value: number): number => 8 + (1 - value / most) * (height - bottom - 8)
  if (times.length === 0) return <p>{say('plot.nothing')}</p>
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={titleId} style={{ width: '100%' }}>
      <title id={titleId}>{name}</title>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line
            x1={left}
            x2={width - 8}
            y1={y(most * part)}
            y2={y(most * part)}
            stroke="currentColor"
            strokeOpacity="0.15"
          />
          <text x={left - 6} y={y(most * part) + 4} textAnchor="end" fontSize="11" fill="currentColor">
            {rounded(most * part)}
            {unit && part === 1 ? ` ${unit}` : ''}
          </text>
        </g>
      ))}
      {series.map((line) => (
        <polyline
          key={line.name}
          fill="none"
          stroke={line.colour}
          strokeWidth="2"
          points={line.values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
        />
      ))}
      <text x={left} y={height - 4} fontSize="11" fill="currentColor">
        {short(times[0])}
      </text>
      <text x={width - 8} y={height - 4} fontSize="11" textAnchor="end" fill="currentColor">
        {short(times.at(-1))}
      </text>
    </svg>
  )
}

const rounded = (value: number): string => (value >= 10 || value === 0 ? value.toFixed(0) : value.toFixed(1))
const short = (time = ''): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
