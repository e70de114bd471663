import { Alert } from 'antd'
import { CliLine } from '../parts/cli-line.tsx'
import { useSay } from '../text/language.tsx'
import { useWatched } from '../watched.ts'
import { outage } from './outage.ts'

/** Says plainly that the server cannot be worked with, and why; goes away by itself when it can again. */
export function OutageNote() {
  const say = useSay()
  const now = useWatched(outage)
  if (now.state === 'none') return null
  const time = now.since.toLocaleTimeString()
  return (
    <Alert
      banner
      role="alert"
      type={now.state === 'sealed' ? 'warning' : 'error'}
      title={say(`outage.${now.state}`, { time })}
      description={
        <>
          <div>{say('outage.waiting')}</div>
          {now.state === 'sealed' && <CliLine command="keyhaven unseal" />}
        </>
      }
    />
  )
}
