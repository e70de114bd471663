import type { Operation } from '../../api/operation.ts'
import { operationNamed } from '../../api/operations.ts'
import { KmsError } from '../../core/errors.ts'
import { type HttpRequest, header } from '../http.ts'
import type { Format } from './answer.ts'
import type { RequestParameters } from './parameters.ts'

/**
 * The operation that a request names: by parameters, in the query string or the form, else by headers.
 *
 * @throws KmsError `MissingVersion`, `InvalidVersion`, `MissingAction`, `InvalidAction.NotFound`
 */
export function identify(request: HttpRequest, { all }: RequestParameters, versions: ReadonlySet<string>): Operation {
  const version = all.get('Version') || header(request, 'x-acs-version')
  if (!version) throw new KmsError('MissingVersion')
  if (!versions.has(version)) throw new KmsError('InvalidVersion')
  const action = all.get('Action') || header(request, 'x-acs-action')
  if (!action) throw new KmsError('MissingAction')
  const operation = operationNamed(version, action)
  if (!operation) throw new KmsError('InvalidAction.NotFound')
  return operation
}

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
