import { SigningError } from '../errors.ts'
import { type Parameters, signContent } from './parameters.ts'
import { isAlipaySignature, type SignType } from './sign-type.ts'
import type { KeyFinder } from './verifier.ts'

/** A notification as a web server gets it: the text of the form, or its fields. */
export type Notification = string | URLSearchParams | Readonly<Record<string, string>>

export interface Receiver {
  readonly appId: string
  readonly signType: SignType
  readonly keyFor: KeyFinder
}

/**
 * The fields of a notification, once its signature has been verified. Empty fields are signed too. Whether `sign_type`
 * is among what was signed depends on the kind of notification, so both are accepted.
 *
 * @throws SigningError `signature`, `algorithm`, `certificate`; `document` if it is for another application
 */
export function verifiedNotification(notification: Notification, receiver: Receiver): Parameters {
  const fields = fieldsOf(notification)
  const { sign = '', ...signed } = fields
  const { sign_type: signType = receiver.signType, ...others } = signed
  if (signType !== receiver.signType)
    throw new SigningError('algorithm', `The notification is signed with ${signType}, not with ${receiver.signType}.`, {
      parameter: 'sign_type',
    })
  const key = receiver.keyFor(fields.alipay_cert_sn)
  const isRight = [signed, others].some((each) => isAlipaySignature(key, signContent(each), sign))
  if (!isRight)
    throw new SigningError('signature', "The signature of the notification is not Alipay's.", { parameter: 'sign' })
  const { app_id: appId = receiver.appId } = fields
  if (appId !== receiver.appId)
    throw new SigningError('document', `The notification is for the application ${appId}.`, {
      parameter: 'app_id',
    })
  return fields
}

/** @throws SigningError `document` if a field is there twice, also as a web server's parser hands it on: as a list */
function fieldsOf(notification: Notification): Parameters {
  const isForm = typeof notification === 'string' || notification instanceof URLSearchParams
  const entries = isForm ? [...new URLSearchParams(notification)] : Object.entries(notification)
  const fields = Object.fromEntries(entries)
  if (Object.keys(fields).length < entries.length)
    throw new SigningError('document', 'The notification has a field twice.')
  const odd = entries.find(([, value]) => typeof value !== 'string')
  if (odd !== undefined)
    throw new SigningError('document', `The field ${odd[0]} of the notification is no text.`, { parameter: odd[0] })
  return fields
}
