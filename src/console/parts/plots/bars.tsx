import { useLanguage } from '../../text/language.tsx'
import { Figure } from './figure.tsx'

interface Props {
  readonly name: string
  /** what a bar stands for */
  readonly of: string
  readonly counted: string
  readonly bars: readonly { readonly name: string; readonly count: number }[]
  readonly colour: string
}

const barHeight = 34
const shown = 8

/** Which have most: the first few as bars, all of them in the table. */
export function Bars({ name, of, counted, bars, colour }: Props) {
  const { language } = useLanguage()
  const drawn = bars.slice(0, shown)
  const most = Math.max(1, ...drawn.map(({ count }) => count))
  return (
    <Figure
      name={name}
      height={drawn.length * barHeight}
      rows={bars.map((bar) => ({ ...bar }))}
      columns={[
        { title: of, name: 'name' },
        { title: counted, name: 'count' },
      ]}
      draw={(width) =>
        drawn.map((bar, index) => (
          <g key={bar.name} transform={`translate(0 ${index * barHeight})`}>
            <text x="0" y="13" fontSize="12" fill="currentColor">
              {bar.name}
            </text>
            <text x={width} y="13" fontSize="12" textAnchor="end" fill="currentColor">
              {bar.count.toLocaleString(language)}
            </text>
            <rect x="0" y="18" width={width} height="8" rx="4" fill="currentColor" fillOpacity="0.08" />
            <rect x="0" y="18" width={Math.max(4, (bar.count / most) * width)} height="8" rx="4" fill={colour} />
          </g>
        ))
      }
    />
  )
}
