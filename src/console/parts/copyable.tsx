import type { ReactNode } from 'react'
import { useSay } from '../text/language.tsx'
import { CopyButton } from './copy-button.tsx'

/** An id, ARN or the like: shown as it is, copied with one click. */
export function Copyable({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  const say = useSay()
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <span className="mono">{children ?? text}</span>
      <CopyButton text={text} label={say('copy.this', { text })} />
    </span>
  )
}
