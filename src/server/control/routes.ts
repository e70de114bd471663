import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { isFromThisMachine } from '../../gateway/openapi/console-request.ts'
import { json, pathOf, type Route } from '../http/route.ts'
import type { Control } from './control.ts'
import type { Fault } from './faults.ts'

const prefix = '/_keyhaven/'

/**
 * `/_keyhaven/…`: a test in any language holds the service by HTTP. For development mode, and for programs on this
 * machine: what a page of a browser sends is refused, whatever its address.
 */
export const controlRoute = (control: Control): Route => ({
  name: 'control',
  matches: (request) => pathOf(request).startsWith(prefix),
  handle: async (request) => {
    const refusal = refusalOf(request)
    if (refusal !== undefined) return json(403, { error: refusal })
    const answer = answers[`${request.method} ${pathOf(request).slice(prefix.length)}`]
    if (answer === undefined) return json(404, { error: `there is no ${request.method} ${pathOf(request)}` })
    try {
      return await answer(control, bodyOf(request))
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)) throw error
      return json(400, { error: error.message })
    }
  },
})

function refusalOf(request: HttpRequest): string | undefined {
  if (!isFromThisMachine(request)) return 'only from this machine, and by its name'
  return request.headers.has('origin') || request.headers.has('sec-fetch-site') ? 'not from a page' : undefined
}

type Answer = (control: Control, body: Readonly<Record<string, unknown>>) => HttpResponse | Promise<HttpResponse>

const clockOf = ({ clock }: Control) => json(200, { now: clock.now().toISOString() })

const answers: Readonly<Record<string, Answer>> = {
  'GET clock': clockOf,
  'POST clock': async (control, { advance, set }) => {
    if ((advance === undefined) === (set === undefined)) throw new TypeError('advance or set is needed')
    if (advance !== undefined) await control.advance(typeof advance === 'number' ? advance : String(advance))
    else await control.setClock(String(set))
    return clockOf(control)
  },
  'GET faults': ({ faults }) => json(200, { faults: faults.list() }),
  'POST faults': ({ faults }, body) => {
    const given = Array.isArray(body.faults) ? (body.faults as readonly Fault[]) : [body as Fault]
    faults.add(...given)
    return json(200, { faults: faults.list() })
  },
  'DELETE faults': ({ faults }) => {
    faults.clear()
    return json(200, { faults: [] })
  },
  'POST reset': async (control) => {
    await control.reset()
    return json(200, {})
  },
  'GET requests': (control) => json(200, { requests: control.records() }),
}

function bodyOf({ body }: HttpRequest): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {}
  const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new TypeError('the body is no object')
  return { ...parsed }
}
