import { useEffect } from 'react'
import { forgetSession, type Session, signOut } from './session.ts'

const checkMs = 5000
const signsOfLife = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

/** Ends the session of who has left: an open page shows nothing any more when the server would answer nothing. */
export function IdleWatch({ session: { idleSeconds, expireTime } }: { readonly session: Session }) {
  useEffect(() => {
    let last = Date.now()
    const noteLife = (): void => {
      last = Date.now()
    }
    const check = (): void => {
      if (Date.now() >= Date.parse(expireTime)) forgetSession('ended')
      else if (Date.now() - last >= idleSeconds * 1000) void signOut()
    }
    for (const sign of signsOfLife) document.addEventListener(sign, noteLife, { passive: true })
    const timer = setInterval(check, checkMs)
    return () => {
      clearInterval(timer)
      for (const sign of signsOfLife) document.removeEventListener(sign, noteLife)
    }
  }, [idleSeconds, expireTime])
  return null
}
