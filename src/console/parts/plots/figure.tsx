import { DownloadOutlined } from '@ant-design/icons'
import { Button, Segmented, Table } from 'antd'
import { type ReactNode, useId, useRef, useState } from 'react'
import { useSay } from '../../text/language.tsx'
import { asCsv } from '../as-csv.ts'
import { useAttempt } from '../attempt.tsx'
import { saveFile } from '../save-button.tsx'
import { asPng, type Legend } from './as-png.ts'
import { useWidth } from './use-width.ts'

export interface TableColumn {
  readonly title: string
  readonly name: string
  render?(value: string): ReactNode
}

interface Props {
  readonly name: string
  readonly legend?: readonly Legend[]
  /** what the drawing says, as a table; nothing to draw when there are none */
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  readonly columns: readonly TableColumn[]
  readonly height: number
  /** draws into an SVG of so many pixels */
  draw(width: number): ReactNode
}

/** A drawing that is a table, too, and can be saved as either: for who cannot see it, and for who wants to reckon with it. */
export function Figure({ name, legend = [], rows, columns, height, draw }: Props) {
  const say = useSay()
  const attempt = useAttempt()
  const titleId = useId()
  const svg = useRef<SVGSVGElement>(null)
  const [view, setView] = useState<'plot' | 'table'>('plot')
  const [frame, width] = useWidth()
  const savePng = async (): Promise<void> => {
    if (svg.current) saveFile(`${name}.png`, await asPng(svg.current, name, legend))
  }
  return (
    <figure style={{ margin: 0, minWidth: 0 }}>
      <figcaption className="row" style={{ marginBottom: 4 }}>
        <strong>{name}</strong>
        {legend.map((line) => (
          <span key={line.name} className="row" style={{ gap: 4 }}>
            <span aria-hidden="true" style={{ width: 12, height: 4, background: line.colour }} />
            {line.name}
          </span>
        ))}
        <span style={{ marginInlineStart: 'auto' }} className="row">
          <Segmented
            size="small"
            aria-label={say('plot.view', { name })}
            value={view}
            onChange={setView}
            options={[
              { value: 'plot', label: say('plot.plot') },
              { value: 'table', label: say('plot.table') },
            ]}
          />
          <Button
            size="small"
            icon={<DownloadOutlined />}
            disabled={rows.length === 0 || view === 'table'}
            aria-label={say('save.as', { name: `${name}.png` })}
            onClick={() => attempt(savePng)}
          >
            PNG
          </Button>
          <Button
            size="small"
            icon={<DownloadOutlined />}
            disabled={rows.length === 0}
            aria-label={say('save.as', { name: `${name}.csv` })}
            onClick={() => saveFile(`${name}.csv`, asCsv(rows))}
          >
            CSV
          </Button>
        </span>
      </figcaption>
      <div ref={frame}>
        {rows.length === 0 ? (
          <p>{say('plot.nothing')}</p>
        ) : view === 'plot' ? (
          <svg
            ref={svg}
            role="img"
            aria-labelledby={titleId}
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            style={{ display: 'block', maxWidth: '100%' }}
          >
            <title id={titleId}>{name}</title>
            {draw(width)}
          </svg>
        ) : (
          <Table
            size="small"
            rowKey={(row) => String(row[columns[0]?.name ?? ''])}
            dataSource={[...rows]}
            pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
            columns={columns.map(({ title, name: dataIndex, render }) => ({
              title,
              dataIndex,
              ...(render ? { render } : {}),
            }))}
          />
        )}
      </div>
    </figure>
  )
}
