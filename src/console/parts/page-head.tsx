import { type ReactNode, useEffect } from 'react'

interface Props {
  readonly title: string
  /** stands beside the title: a state, a copy button */
  readonly beside?: ReactNode
  /** a sentence of what the page is for */
  readonly lead?: ReactNode
  readonly actions?: ReactNode
}

export function PageHead({ title, beside, lead, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Keyhaven`
  }, [title])
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        {beside}
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {lead && <p className="page-lead">{lead}</p>}
    </>
  )
}
