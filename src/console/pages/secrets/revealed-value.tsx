import { EyeInvisibleOutlined } from '@ant-design/icons'
import { Button, Spin } from 'antd'
import { useEffect, useState } from 'react'
import type { ResponseOf } from '../../../api/operation.ts'
import { GetSecretValue } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { useSay } from '../../text/language.tsx'

/** Seconds for which a value stays on the screen. */
const shownSeconds = 30

interface Props {
  readonly secretName: string
  readonly versionId?: string
  hide(): void
}

/** Fetches a value and shows it for a while. It is held here only, not with the other answers. */
export function RevealedValue({ secretName, versionId, hide }: Props) {
  const say = useSay()
  const [value, setValue] = useState<ResponseOf<typeof GetSecretValue>>()
  const [failure, setFailure] = useState<unknown>()
  const [left, setLeft] = useState(shownSeconds)
  const isShown = value !== undefined

  useEffect(() => {
    const stop = new AbortController()
    call(GetSecretValue, { secretName, ...(versionId ? { versionId } : {}) }, stop.signal).then(
      setValue,
      (error: unknown) => {
        if (!stop.signal.aborted) setFailure(error)
      },
    )
    return () => stop.abort()
  }, [secretName, versionId])

  useEffect(() => {
    if (!isShown) return
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000)
    return () => clearInterval(timer)
  }, [isShown])

  useEffect(() => {
    if (left <= 0) hide()
  }, [left, hide])

  if (failure !== undefined)
    return <ErrorNote error={failure} retry={<Button onClick={hide}>{say('dialog.close')}</Button>} />
  if (!value) return <Spin />
  return (
    <div>
      <div className="row">
        <span>{say('secrets.versionShown', { version: value.versionId })}</span>
        <CopyButton text={value.secretData} label={say('secrets.copyValue')} />
        <Button size="small" icon={<EyeInvisibleOutlined />} onClick={hide}>
          {say('secrets.hideIn', { seconds: left })}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre className="code-block mono" tabIndex={0}>
        {value.secretData}
      </pre>
    </div>
  )
}
