/**
 * The one error for every outcome that depends on a secret: a wrong key, tag, padding, context, length or curve point.
 * It carries no reason and no `cause` on purpose, so that nothing a caller or a log can see tells these cases apart.
 */
export class CryptoFailure extends Error {
  override readonly name = 'CryptoFailure'

  constructor() {
    super('The cryptographic operation failed.')
  }
}
