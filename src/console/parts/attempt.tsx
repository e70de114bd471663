import { App } from 'antd'
import { ErrorNote } from './error-note.tsx'

/** Does what a button without a form asks for; what fails is told in a notice. */
export function useAttempt(): (work: () => Promise<unknown>) => void {
  const { notification } = App.useApp()
  return (work) => {
    work().catch((error: unknown) =>
      notification.open({ title: <ErrorNote error={error} />, placement: 'bottomRight', duration: 12 }),
    )
  }
}
