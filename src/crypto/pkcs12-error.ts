/** Why a PKCS #12 file did not open. A person types this password, so a wrong one is told from a broken file. */
export type Pkcs12Reason = 'wrong-password' | 'malformed' | 'unsupported'

const messages: Readonly<Record<Pkcs12Reason, string>> = {
  'wrong-password': 'The password of the PKCS #12 file is wrong, or the file was altered.',
  malformed: 'This is not a well-formed PKCS #12 file with a private key.',
  unsupported: 'The PKCS #12 file uses an algorithm that is not supported.',
}

export class Pkcs12Error extends Error {
  override readonly name = 'Pkcs12Error'
  readonly reason: Pkcs12Reason

  constructor(reason: Pkcs12Reason) {
    super(messages[reason])
    this.reason = reason
  }
}

/** The value, or `malformed` where the structure did not hold it. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Pkcs12Error('malformed')
  return value
}
