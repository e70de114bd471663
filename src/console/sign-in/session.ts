import { keyhavenApi } from '../../api/operation.ts'
import { type Answer, post } from '../call.ts'
import { CallError } from '../call-error.ts'
import { suspectOutage } from '../service/outage.ts'
import { Watched } from '../watched.ts'
import { type SigningKey, signedRequest } from './signed-request.ts'

/** Who is signed in. The session itself is in a cookie that no script can read. */
export interface Session {
  readonly sessionId: string
  readonly arn: string
  readonly accountId: string
  readonly accessKeyId: string
  /** without a call for so long, the session ends */
  readonly idleSeconds: number
  readonly expireTime: string
}

export type SignInState =
  | { readonly state: 'asking' }
  | { readonly state: 'out'; readonly reason: 'none' | 'ended' | 'left' }
  | { readonly state: 'in'; readonly session: Session }

export const session = new Watched<SignInState>({ state: 'asking' })

/** Tells the other tabs of this browser that the session is no more. */
const tabs = new BroadcastChannel('keyhaven')
tabs.addEventListener('message', () => forgetSession('ended', false))

export function forgetSession(reason: 'ended' | 'left', tellTabs = true): void {
  if (session.get().state !== 'in') return
  session.set({ state: 'out', reason })
  if (tellTabs) tabs.postMessage(reason)
}

/** Somebody has signed out whom the server could not be told of: it is told before anything else. */
let mustEnd = false

/** After a reload: is there a session still, and whose? */
export async function findSession(): Promise<void> {
  if (mustEnd) return await signOut()
  try {
    session.set({ state: 'in', session: sessionIn(await post(form('GetConsoleSession'), {})) })
  } catch (error) {
    if (error instanceof CallError && error.isOutage) suspectOutage()
    session.set({ state: 'out', reason: 'none' })
  }
}

/** @param key - made of the secret, which itself is nowhere any more; nothing: the account of development mode */
export async function signIn(key: SigningKey | undefined): Promise<void> {
  mustEnd = false
  const answer = key === undefined ? await post(form('CreateConsoleSession'), {}) : await signedSignIn(key)
  session.set({ state: 'in', session: sessionIn(answer) })
}

async function signedSignIn(key: SigningKey): Promise<Answer> {
  const headers = await signedRequest(key, {
    host: location.host,
    action: 'CreateConsoleSession',
    version: keyhavenApi.version,
    contentType: 'application/x-www-form-urlencoded',
    date: new Date(),
    nonce: crypto.randomUUID(),
  })
  return post('', headers)
}

export async function signOut(): Promise<void> {
  mustEnd = true
  forgetSession('left')
  try {
    await post(form('DeleteConsoleSession'), {})
    mustEnd = false
  } catch (error) {
    if (error instanceof CallError && error.isOutage) suspectOutage()
    else mustEnd = false
  }
}

const form = (action: string): URLSearchParams =>
  new URLSearchParams({ Action: action, Version: keyhavenApi.version, Format: 'JSON' })

const sessionIn = ({ body }: Answer): Session => ({
  sessionId: String(body.SessionId ?? ''),
  arn: String(body.Arn ?? ''),
  accountId: String(body.AccountId ?? ''),
  accessKeyId: String(body.AccessKeyId ?? ''),
  idleSeconds: Number(body.IdleSeconds ?? 900),
  expireTime: String(body.ExpireTime ?? ''),
})
