import { Alert, Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useRouteError } from 'react-router'
import { useSay } from '../text/language.tsx'

interface Props {
  readonly children: ReactNode
}

/** Catches what a page throws while it is drawn, so that the rest of the console goes on. */
export class FaultBoundary extends Component<Props, { readonly fault: unknown }> {
  override state = { fault: undefined }

  static getDerivedStateFromError(fault: unknown) {
    return { fault }
  }

  override render() {
    const { fault } = this.state
    return fault === undefined ? this.props.children : <FaultNote fault={fault} />
  }
}

/** What the router shows in place of a page that cannot be drawn. */
export function RouteFault() {
  return <FaultNote fault={useRouteError()} />
}

function FaultNote({ fault }: { readonly fault: unknown }) {
  const say = useSay()
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={say('fault.title')}
      description={`${say('fault.text')} ${fault instanceof Error ? fault.message : ''}`}
      action={<Button onClick={() => location.reload()}>{say('fault.reload')}</Button>}
    />
  )
}
