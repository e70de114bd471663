import { KmsError } from '../../core/errors.ts'
import { type HttpRequest, header } from '../http.ts'
import { instanceOfHost } from '../instance-host.ts'
import type { Format } from './answer.ts'
import type { Pair } from './pair.ts'
import type { RequestParameters } from './parameters.ts'

/** What is served, by API version and action. Names are exact. */
export type Catalog = ReadonlyMap<string, ReadonlyMap<string, Pair>>

export function catalogOf(pairs: readonly Pair[]): Catalog {
  const catalog = new Map<string, Map<string, Pair>>()
  for (const pair of pairs) {
    const { api, name } = pair.operation
    catalog.set(api.version, (catalog.get(api.version) ?? new Map<string, Pair>()).set(name, pair))
  }
  return catalog
}

/**
 * The operation that a request names: by parameters, in the query string or the form, else by headers. An empty
 * parameter names nothing: signature version 1.0 covers the parameter, and nothing covers the header.
 *
 * @throws KmsError `MissingVersion`, `InvalidVersion`, `MissingAction`, `InvalidAction.NotFound`
 */
export function identify(request: HttpRequest, { all }: RequestParameters, catalog: Catalog): Pair {
  const version = all.get('Version') ?? header(request, 'x-acs-version')
  if (!version) throw new KmsError('MissingVersion')
  const actions = catalog.get(version)
  if (!actions) throw new KmsError('InvalidVersion')
  const action = all.get('Action') ?? header(request, 'x-acs-action')
  if (!action) throw new KmsError('MissingAction')
  const pair = actions.get(action)
  if (!pair || !isServedAt(request, pair)) throw new KmsError('InvalidAction.NotFound')
  return pair
}

/** The host of an instance serves cryptography and the reading of secrets, not the management of keys. */
const isServedAt = (request: HttpRequest, { operation }: Pair): boolean =>
  instanceOfHost(request) === undefined || operation.hosts.includes('instance')

/**
 * How to answer: by the parameter `Format`, else by the header `Accept`, else JSON. The old Python client sends `None`
 * when nothing was set.
 *
 * @throws KmsError `InvalidParameter.Format`
 */
export function formatOf(request: HttpRequest, { all }: RequestParameters): Format {
  const asked = all.get('Format')?.toUpperCase() || 'NONE'
  if (asked === 'JSON' || asked === 'XML') return asked
  if (asked !== 'NONE') throw new KmsError('InvalidParameter.Format')
  const accept = header(request, 'accept') ?? ''
  return accept.includes('xml') && !accept.includes('json') ? 'XML' : 'JSON'
}
