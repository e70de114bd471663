import { CreateConsoleSession } from '../../api/console.ts'
import type { Operation } from '../../api/operation.ts'
import type { Caller } from '../../core/access/caller.ts'
import { consoleCaller, developmentCaller } from '../../core/console/console-caller.ts'
import { KmsError } from '../../core/errors.ts'
import type { ConsoleCall, Kms } from '../../core/kms.ts'
import { type HttpRequest, type HttpResponse, header, peerFacts } from '../http.ts'
import type { ConsoleClaim } from './claim.ts'
import {
  type ConsoleEntry,
  isConsoleRequest,
  isFromThisMachine,
  requireConsolePage,
  sessionToken,
  setCookie,
} from './console-request.ts'
import type { Exchange } from './exchange.ts'
import type { Strangers } from './strangers.ts'

/** @throws KmsError `InvalidConsoleRequest` for what is said to be from a page of the console, or has to be, and is not */
export function consoleCallOf(request: HttpRequest, entry: ConsoleEntry): ConsoleCall | undefined {
  if (entry === 'refused' || (entry === 'accepted' && !isConsoleRequest(request))) return undefined
  requireConsolePage(request)
  return { userAgent: header(request, 'user-agent') ?? '', token: sessionToken(request) }
}

/** The answer, with what becomes of the browser's session. */
export function withCookie({ request, console }: Exchange, response: HttpResponse): HttpResponse {
  if (console?.opened === undefined && console?.ended !== true) return response
  return { ...response, headers: { ...response.headers, 'set-cookie': setCookie(request, console.opened) } }
}

interface Doorkeeper {
  readonly kms: Kms
  readonly strangers: Strangers
}

/**
 * Who is signed in to the console. Where the account signs in without its secret, that is nobody yet.
 *
 * @throws KmsError `InvalidConsoleSession`
 */
export async function signedInCaller(
  { kms, strangers }: Doorkeeper,
  exchange: Exchange,
  operation: Operation,
  { token }: ConsoleClaim,
): Promise<Caller> {
  const { request, console } = exchange
  const isSignIn = operation === CreateConsoleSession
  if (isSignIn) strangers.admit(request.sourceAddress)
  const known = isSignIn ? await signingIn(kms, request) : token && (await consoleCaller(kms, token))
  if (!known) {
    if (console) console.ended = !isSignIn
    throw new KmsError('InvalidConsoleSession')
  }
  exchange.accessKeyId = known.accessKeyId
  return { ...known, ...peerFacts(request) }
}

async function signingIn(kms: Kms, request: HttpRequest) {
  const isOffered = kms.settings.console?.developmentSignIn === true && isFromThisMachine(request)
  return isOffered ? await developmentCaller(kms) : undefined
}
