import { Alert } from 'antd'
import { Link } from 'react-router'
import { CallError } from '../call-error.ts'
import { hintFor } from '../text/hints.ts'
import { useLanguage } from '../text/language.tsx'
import { textIn } from '../text/texts.ts'
import { Copyable } from './copyable.tsx'

/** What the server said, with its code, what that means, and where the call is found again. */
export function ErrorNote({ error, retry }: { readonly error: unknown; readonly retry?: React.ReactNode }) {
  const { language, say } = useLanguage()
  if (error === undefined || error === null) return null
  if (!(error instanceof CallError))
    return <Alert type="error" showIcon role="alert" title={error instanceof Error ? error.message : String(error)} />
  const hint = hintFor(error.code)
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      action={retry}
      title={
        <>
          <code className="mono">{error.code}</code> <span lang="en">{error.message}</span>
        </>
      }
      description={
        <>
          {hint && <div>{textIn(language, hint)}</div>}
          {error.requestId !== '' && (
            <div className="row">
              RequestId <Copyable text={error.requestId} />
              <Link to={`/activity?requestId=${error.requestId}`}>{say('result.inAudit')}</Link>
            </div>
          )}
        </>
      }
    />
  )
}
