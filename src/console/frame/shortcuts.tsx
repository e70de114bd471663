import { Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import type { TextName } from '../text/catalogue.ts'
import { useSay } from '../text/language.tsx'

const goTo: Readonly<Record<string, string>> = {
  o: '/overview',
  k: '/keys',
  s: '/secrets',
  a: '/applications',
  l: '/activity',
}

const shown: readonly (readonly [keys: readonly string[], text: Extract<TextName, `shortcut.${string}`>])[] = [
  [['/'], 'shortcut.search'],
  [['g', 'o'], 'shortcut.overview'],
  [['g', 'k'], 'shortcut.keys'],
  [['g', 's'], 'shortcut.secrets'],
  [['g', 'a'], 'shortcut.applications'],
  [['g', 'l'], 'shortcut.activity'],
  [['c'], 'shortcut.create'],
  [['?'], 'shortcut.help'],
  [['Esc'], 'shortcut.close'],
]

/** Where a page's main button is: `c` presses it. */
export const createButton = { 'data-create': '' }

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** A dialog that was closed may still be part of the page, unseen. */
const dialogIsOpen = (): boolean =>
  [...document.querySelectorAll('[role="dialog"]')].some((dialog) => dialog.checkVisibility())

/** Single keys that do what the mouse can do, too. They rest while somebody types, or a dialog is open. */
export function Shortcuts({ isOpen, setOpen }: { readonly isOpen: boolean; setOpen(open: boolean): void }) {
  const say = useSay()
  const navigate = useNavigate()
  const [afterG, setAfterG] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (dialogIsOpen()) return
      setAfterG(event.key === 'g' && !afterG)
      const page = afterG ? goTo[event.key] : undefined
      if (page !== undefined) void navigate(page)
      else if (event.key === '?') setOpen(true)
      else if (event.key === '/') document.querySelector<HTMLElement>('#find')?.focus()
      else if (event.key === 'c') document.querySelector<HTMLElement>('[data-create]')?.click()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [afterG, navigate, setOpen])
  return (
    <Modal open={isOpen} onCancel={() => setOpen(false)} footer={null} title={say('frame.shortcuts')}>
      <table>
        <tbody>
          {shown.map(([keys, text]) => (
            <tr key={text}>
              <th scope="row" style={{ textAlign: 'start', padding: '4px 24px 4px 0', fontWeight: 400 }}>
                {keys.map((key) => (
                  <kbd key={key} style={{ marginInlineEnd: 6 }}>
                    {key}
                  </kbd>
                ))}
              </th>
              <td>{say(text)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
