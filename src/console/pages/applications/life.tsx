import { Progress } from 'antd'
import { Time } from '../../parts/time.tsx'
import { useSay } from '../../text/language.tsx'

const dayMs = 86_400_000
const soonDays = 30

/** How much of a ClientKey's life is left. */
export function Life({ from, until, name }: { readonly from: string; readonly until: string; readonly name: string }) {
  const say = useSay()
  const total = Date.parse(until) - Date.parse(from)
  const left = Math.max(0, Date.parse(until) - Date.now())
  const days = Math.floor(left / dayMs)
  return (
    <span className="row" style={{ flexWrap: 'nowrap' }}>
      <Progress
        aria-label={say('apps.lifeOf', { name })}
        percent={Math.round((left / total) * 100)}
        showInfo={false}
        size="small"
        style={{ width: 90, margin: 0 }}
        {...(days < soonDays ? { status: 'exception' as const } : {})}
      />
      <span>
        {say('apps.daysLeft', { days })} (<Time value={until} />)
      </span>
    </span>
  )
}
