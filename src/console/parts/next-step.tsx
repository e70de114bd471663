import { Button, Empty } from 'antd'
import type { ReactNode } from 'react'
import { useSay } from '../text/language.tsx'
import { CliLine } from './cli-line.tsx'

interface Props {
  readonly text: string
  /** what to do about it, with the mouse */
  readonly action?: { readonly label: string; run(): void }
  /** and without */
  readonly command?: string
  readonly children?: ReactNode
}

/** An empty list is a beginning: it says what comes next. */
export function NextStep({ text, action, command, children }: Props) {
  const say = useSay()
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      styles={{ image: { height: 40 } }}
      description={<span style={{ opacity: 0.85 }}>{text}</span>}
    >
      <div style={{ display: 'inline-flex', flexDirection: 'column', gap: 8, alignItems: 'center' }}>
        {action && (
          <Button type="primary" onClick={action.run}>
            {action.label}
          </Button>
        )}
        {command && (
          <>
            <span>{say('next.orCommand')}</span>
            <CliLine command={command} />
          </>
        )}
        {children}
      </div>
    </Empty>
  )
}

/** What a list says whose filters fit nothing. */
export function NothingFits({ clear }: { clear(): void }) {
  const say = useSay()
  return <NextStep text={say('list.nothingFits')} action={{ label: say('list.clearFilters'), run: clear }} />
}
