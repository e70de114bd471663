import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'

/** One of the things that share the port. The first that matches a request answers it. */
export interface Route {
  readonly name: string
  matches(request: HttpRequest): boolean
  /** Never rejects for what a caller did; a rejection is answered with `InternalFailure` and logged. */
  handle(request: HttpRequest): Promise<HttpResponse>
}

/** The path of a request, undecoded, without its query. */
export const pathOf = ({ target }: HttpRequest): string => target.split('?', 1)[0] ?? ''

export const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(value)}\n`,
})
