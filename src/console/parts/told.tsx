import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { announce } from '../frame/announcer.tsx'
import { queries } from '../queries.ts'
import { useSay } from '../text/language.tsx'
import { useAttempt } from './attempt.tsx'

/** What takes a change back, where there is such a thing. */
export interface Undo {
  call(): Promise<{ readonly requestId: string }>
  /** what is said when it is done */
  readonly done: string
}

/** Tells that a change is done: in a notice with the RequestId that leads into the audit, and to who listens. */
export function useTold(): (text: string, requestId: string, undo?: Undo) => void {
  const { notification } = App.useApp()
  const say = useSay()
  const attempt = useAttempt()
  const takeBack = async (undo: Undo): Promise<void> => {
    const { requestId } = await undo.call()
    void queries.invalidateQueries()
    told(undo.done, requestId)
  }
  const told = (text: string, requestId: string, undo?: Undo): void => {
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
                  attempt(() => takeBack(undo))
                }}
              >
                {say('dialog.undo')}
              </Button>
            ),
          }
        : {}),
    })
  }
  return told
}
