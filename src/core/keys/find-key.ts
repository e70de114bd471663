import { type KeyKind, type KeyUsage, keySpecs } from '../../crypto/algorithms.ts'
import { authorize, type Resource } from '../access/authorize.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { RecordReader, Stored } from '../records.ts'
import { aliases, aliasId } from './alias.ts'
import { type Key, keys } from './key.ts'
import { keyResource, unknownKeyResource } from './key-resource.ts'
import { asOfNow, requireState } from './key-state.ts'

export interface FindKeyOptions {
  /** which names the operation takes besides the key id; `any` unless given */
  readonly accepts?: 'id' | 'idOrArn' | 'any' | undefined
  /** RAM action to check; the operation's own unless given */
  readonly action?: string | undefined
  /** wire name of the parameter, for errors; `KeyId` unless given */
  readonly parameter?: string | undefined
  /** the transaction that is about to change what is found, so that nothing moves in between */
  readonly reader?: RecordReader | undefined
}

/**
 * The key that a caller named by id, alias (`alias/…`) or ARN, once the caller may act on it. The decision is about
 * the key an alias points at, and falls before anything is said about whether the key exists.
 *
 * @throws KmsError `Unsupported.Alias` where aliases are not taken; `Forbidden.NoPermission`;
 * `Forbidden.AliasNotFound`; `Forbidden.KeyNotFound` when there is no such key for this caller
 */
export async function findKey(call: Call, keyId: string, options: FindKeyOptions = {}): Promise<Stored<Key>> {
  const name = parseKeyName(call, keyId, options)
  const reader = options.reader ?? call.kms.records
  const alias = name.isAlias ? await reader.get(aliases, aliasId(name.accountId, name.rest)) : undefined
  const key = name.isAlias && !alias ? undefined : await reader.get(keys, alias?.body.keyId ?? name.rest)
  // Without an ARN a name means a key of the caller's own account.
  const own = key?.body.accountId === name.accountId ? key : undefined
  noteForAudit(call, own)
  const found = servedHere(call, own)
  const resource = found ? keyResource(call, found) : unknownKeyResource(call, name.accountId, name.rest)
  authorizeUnlessForeign(call, resource, options.action)
  if (!found) throw new KmsError(name.isAlias ? 'Forbidden.AliasNotFound' : 'Forbidden.KeyNotFound')
  return asOfNow(call.kms, found)
}

export interface UsableKeyOptions extends FindKeyOptions {
  /**
   * What the operation works with. Unless given: `symmetric` for ENCRYPT/DECRYPT, `asymmetric` for SIGN/VERIFY, `hmac`
   * for GENERATE/VERIFY_MAC. `any` leaves it to the usage.
   */
  readonly kind?: OperationKind | undefined
}

export type OperationKind = 'symmetric' | 'asymmetric' | 'hmac' | 'any'

const usualKind: Readonly<Record<KeyUsage, OperationKind>> = {
  'ENCRYPT/DECRYPT': 'symmetric',
  'SIGN/VERIFY': 'asymmetric',
  'GENERATE/VERIFY_MAC': 'hmac',
}

/**
 * A key that may be used for cryptography now: found and permitted (see {@link findKey}), meant for `usage`, of the
 * right kind, and Enabled.
 *
 * @throws KmsError as {@link findKey}; `UnsupportedOperation` when an operation on symmetric keys meets another key,
 * `Rejected.UnsupportedOperation` for any other mismatch; `Rejected.Disabled`, `.PendingDeletion`, `.PendingImport`
 */
export async function usableKey(
  call: Call,
  keyId: string,
  usage: KeyUsage,
  options: UsableKeyOptions = {},
): Promise<Stored<Key>> {
  const key = await findKey(call, keyId, options)
  requireUsable(key, usage, options.kind)
  return key
}

/** The part of {@link usableKey} after finding, for keys found by other means, such as the version in a blob. */
export function requireUsable(key: Stored<Key>, usage: KeyUsage, kind: OperationKind = usualKind[usage]): void {
  const actual = keySpecs.get(key.body.keySpec)?.kind
  if (key.body.keyUsage !== usage || (kind !== 'any' && kindForOperations(actual) !== kind)) {
    throw new KmsError(kind === 'symmetric' ? 'UnsupportedOperation' : 'Rejected.UnsupportedOperation')
  }
  requireState(key, ['Enabled'])
}

/**
 * Authorises the caller on a key found by other means, such as the version id in a ciphertext blob, exactly as
 * {@link findKey} does. `undefined` stands for a key that does not exist.
 *
 * @throws KmsError `Forbidden.NoPermission`; `Forbidden.KeyNotFound`
 */
export function authorizeKey(
  call: Call,
  key: Stored<Key> | undefined,
  options: Pick<FindKeyOptions, 'action'> = {},
): Stored<Key> {
  noteForAudit(call, key)
  const found = servedHere(call, key)
  const resource = found ? keyResource(call, found) : unknownKeyResource(call, call.caller.accountId, '-')
  authorizeUnlessForeign(call, resource, options.action)
  if (!found) throw new KmsError('Forbidden.KeyNotFound')
  return asOfNow(call.kms, found)
}

/** Before the decision, so that the audit names the key of a refused call too. */
function noteForAudit(call: Call, key: Stored<Key> | undefined): void {
  if (key) call.audit.keyId = key.id
}

interface KeyName {
  readonly accountId: string
  readonly isAlias: boolean
  /** key id or `alias/…` */
  readonly rest: string
}

function parseKeyName(call: Call, text: string, { accepts = 'any', parameter = 'KeyId' }: FindKeyOptions): KeyName {
  if (text === '') throw new KmsError('MissingParameter', { parameter })
  const isArn = text.startsWith('acs:')
  const name = isArn ? parseArn(call, text) : { accountId: call.caller.accountId, rest: text }
  const isAlias = name.rest.startsWith('alias/')
  if (isAlias && accepts !== 'any') throw new KmsError('Unsupported.Alias')
  if (isArn && accepts === 'id') throw new KmsError('InvalidParameter', { parameter })
  if (isAlias) return { ...name, isAlias }
  if (isArn && !name.rest.startsWith('key/')) throw new KmsError('Forbidden.KeyNotFound')
  return { ...name, isAlias, rest: isArn ? name.rest.slice('key/'.length) : name.rest }
}

/** An ARN of another service or region names nothing that could be found here. */
function parseArn(call: Call, text: string): { accountId: string; rest: string } {
  const [, service, region, accountId = '', ...rest] = text.split(':')
  if (service !== 'kms' || region !== call.kms.settings.regionId || rest.length === 0) {
    throw new KmsError('Forbidden.KeyNotFound')
  }
  return { accountId, rest: rest.join(':') }
}

/** Asked about another account's key, a denial sounds like absence: strangers learn nothing (SEC-11). */
function authorizeUnlessForeign(call: Call, resource: Resource, action: string | undefined): void {
  try {
    authorize(call, resource, action)
  } catch (denial) {
    if (resource.accountId === call.caller.accountId) throw denial
    throw new KmsError('Forbidden.KeyNotFound', { cause: denial })
  }
}

const servedHere = (call: Call, key: Stored<Key> | undefined): Stored<Key> | undefined =>
  key !== undefined && servesHere(call, key.body.instanceId) ? key : undefined

/**
 * The gateway of an instance knows what belongs to that instance only; the default one also what is outside any
 * instance. What it does not know is gone before access is decided, so that the answer cannot tell it from what does
 * not exist.
 *
 * @param instanceId - of a key or secret
 */
export function servesHere({ caller }: Call, instanceId: string | undefined): boolean {
  if (caller.instanceId === undefined || caller.instanceId === instanceId) return true
  return instanceId === undefined && caller.servesDefaultKeys === true
}

const kindForOperations = (kind: KeyKind | undefined): OperationKind | undefined =>
  kind === 'symmetric' || kind === 'hmac' || kind === undefined ? kind : 'asymmetric'
