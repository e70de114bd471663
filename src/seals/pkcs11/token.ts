import { UnsealFailure } from '../../core/sealing/seal.ts'
import type { Pkcs11SealSettings } from '../settings.ts'
import { type Api, type Handle, loadApi, type Pkcs11 } from './api.ts'

/** A token that its user has logged in to. */
export interface Session {
  readonly api: Api
  readonly module: Pkcs11
  readonly handle: Handle
}

/**
 * Logs in to the token that the settings name, works with it, and leaves it. Nothing of it stays open: a token may be
 * pulled out and put in again while a server runs. Calls of PKCS #11 hold up the thread; there are a few at a start, and
 * when a seal or the root key is changed.
 *
 * @throws UnsealFailure `misconfigured`, `wrong-pin`, `unavailable`
 */
export async function withToken<Result>(
  settings: Pkcs11SealSettings,
  work: (session: Session) => Result,
): Promise<Result> {
  const api = loadApi()
  using opened = new DisposableStack()
  const module = opened.adopt(new api.PKCS11(), (loaded) => ifPossible(() => loaded.close()))
  try {
    module.load(settings.library)
  } catch (cause) {
    throw misconfigured(`The PKCS #11 library ${settings.library} cannot be loaded.`, cause)
  }
  try {
    // In a process that uses the library otherwise, that is left as it is.
    if (initialise(module)) opened.defer(() => ifPossible(() => module.C_Finalize()))
    const handle = openSession(api, module, settings)
    opened.defer(() => ifPossible(() => module.C_CloseSession(handle)))
    logIn(api, module, handle, settings)
    return work({ api, module, handle })
  } catch (error) {
    throw nameOf(error) ? unavailable(settings, error) : error
  }
}

/** What a token that is gone says at leaving is no news, and the reason why is told already. */
function ifPossible(leave: () => void): void {
  try {
    leave()
  } catch (error) {
    if (!nameOf(error)) throw error
  }
}

/** @returns whether it was not in use before */
function initialise(module: Pkcs11): boolean {
  try {
    module.C_Initialize()
    return true
  } catch (error) {
    if (nameOf(error) === 'CKR_CRYPTOKI_ALREADY_INITIALIZED') return false
    throw error
  }
}

function openSession(api: Api, module: Pkcs11, settings: Pkcs11SealSettings): Handle {
  const slots = module.C_GetSlotList(true)
  const [slot, another] = slots.filter((found) => module.C_GetTokenInfo(found).label.trimEnd() === settings.token)
  if (another !== undefined) throw misconfigured(`There are several tokens ${settings.token}.`)
  if (slot === undefined) throw unavailable(settings)
  return module.C_OpenSession(slot, api.CKF_SERIAL_SESSION | api.CKF_RW_SESSION)
}

/** Tried once: after some wrong PINs in a row, tokens lock themselves. */
function logIn(api: Api, module: Pkcs11, handle: Handle, { token, pin = '' }: Pkcs11SealSettings): void {
  try {
    module.C_Login(handle, api.CKU_USER, pin)
  } catch (error) {
    const name = nameOf(error)
    if (name === 'CKR_USER_ALREADY_LOGGED_IN') return
    if (!name?.startsWith('CKR_PIN_')) throw error
    const why = name === 'CKR_PIN_LOCKED' ? 'is locked' : 'does not accept the PIN; it is not tried again by itself'
    throw new UnsealFailure('wrong-pin', `The token ${token} ${why}.`, { cause: error })
  }
}

const misconfigured = (message: string, cause?: unknown): UnsealFailure =>
  new UnsealFailure('misconfigured', message, { cause })

function unavailable({ token }: Pkcs11SealSettings, cause?: unknown): UnsealFailure {
  const why = cause === undefined ? 'it is not there' : (nameOf(cause) ?? 'it fails')
  return new UnsealFailure('unavailable', `The token ${token} cannot be asked for the root key now: ${why}`, { cause })
}

/** `CKR_…`; undefined if it is no error of PKCS #11. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? /^CKR_\w+/.exec(error.message)?.[0] : undefined
}
