import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { announce } from '../frame/announcer.tsx'
import { useSay } from '../text/language.tsx'

export interface Undo {
  readonly label: string
  run(): void
}

/** Tells that a change is done: in a notice with the RequestId that leads into the audit, and to who listens. */
export function useTold(): (text: string, requestId: string, undo?: Undo) => void {
  const { notification } = App.useApp()
  const say = useSay()
  return (text, requestId, undo) => {
    announce(text)
    const key = requestId
    const description: ReactNode = (
      <div className="row">
        <span className="mono" style={{ fontSize: 12 }}>
          RequestId {requestId}
        </span>
        <Link to={`/activity?requestId=${requestId}`}>{say('result.inAudit')}</Link>
      </div>
    )
    notification.success({
      key,
      title: text,
      description,
      placement: 'bottomRight',
      duration: undo ? 12 : 5,
      ...(undo
        ? {
            actions: (
              <Button
                size="small"
                onClick={() => {
                  notification.destroy(key)
                  undo.run()
                }}
              >
                {undo.label}
              </Button>
            ),
          }
        : {}),
    })
  }
}
