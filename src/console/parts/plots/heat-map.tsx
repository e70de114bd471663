import { useLanguage } from '../../text/language.tsx'
import { plotColours } from './colours.ts'
import { Figure } from './figure.tsx'

interface Props {
  readonly name: string
  /** counts by the hour */
  readonly hours: readonly { readonly time: string; readonly count: number }[]
}

const hoursOfDay = 24
const daysOfWeek = 7
const [top, left] = [20, 44]
const cellHeight = 20
const height = top + daysOfWeek * cellHeight + 4
/** Monday, as weeks begin in either language of the console. */
const someMonday = new Date(2024, 0, 1)

/** At what hours of the week it happens, in the time zone of who looks. */
export function HeatMap({ name, hours }: Props) {
  const { language, say } = useLanguage()
  const counts = Array.from({ length: daysOfWeek }, () => Array.from({ length: hoursOfDay }, () => 0))
  for (const { time, count } of hours) {
    const date = new Date(time)
    const row = counts[(date.getDay() + 6) % daysOfWeek]
    if (row) row[date.getHours()] = (row[date.getHours()] ?? 0) + count
  }
  const most = Math.max(1, ...counts.flat())
  const dayName = (day: number): string => {
    const date = new Date(someMonday)
    date.setDate(date.getDate() + day)
    return date.toLocaleDateString(language, { weekday: 'short' })
  }
  return (
    <Figure
      name={name}
      height={height}
      rows={
        hours.length === 0
          ? []
          : counts.map((row, day) => ({
              day: dayName(day),
              ...Object.fromEntries(row.map((count, hour) => [hourName(hour), count])),
            }))
      }
      columns={[
        { title: say('plot.weekday'), name: 'day' },
        ...Array.from({ length: hoursOfDay }, (_, hour) => ({ title: hourName(hour), name: hourName(hour) })),
      ]}
      draw={(width) => {
        const cell = (width - left) / hoursOfDay
        return (
          <>
            {counts.map((row, day) => (
              <g key={dayName(day)}>
                <text x={left - 6} y={top + day * cellHeight + 14} textAnchor="end" fontSize="12" fill="currentColor">
                  {dayName(day)}
                </text>
                {row.map((count, hour) => (
                  <rect
                    key={hourName(hour)}
                    x={left + hour * cell + 1}
                    y={top + day * cellHeight + 1}
                    width={cell - 2}
                    height={cellHeight - 2}
                    rx="2"
                    fill={count === 0 ? 'currentColor' : plotColours.teal}
                    fillOpacity={count === 0 ? 0.06 : 0.15 + 0.85 * (count / most)}
                  >
                    <title>{`${dayName(day)} ${hourName(hour)}: ${count}`}</title>
                  </rect>
                ))}
              </g>
            ))}
            {[0, 6, 12, 18].map((hour) => (
              <text key={hour} x={left + hour * cell + 1} y={14} fontSize="12" fill="currentColor">
                {hourName(hour)}
              </text>
            ))}
          </>
        )
      }}
    />
  )
}

const hourName = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
