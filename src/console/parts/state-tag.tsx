import { Tag } from 'antd'
import { useSay } from '../text/language.tsx'

const colours: Readonly<Record<string, string>> = {
  Enabled: 'success',
  Active: 'success',
  Connected: 'success',
  Disabled: 'default',
  Inactive: 'default',
  PendingDeletion: 'error',
  PendingImport: 'warning',
}

/** A state, as the service names it, explained. */
export function StateTag({ state }: { readonly state: string }) {
  const say = useSay()
  const known = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport', 'Active', 'Inactive'] as const
  const name = known.find((one) => one === state)
  return <Tag color={colours[state] ?? 'default'}>{name ? say(`state.${name}`) : state}</Tag>
}
