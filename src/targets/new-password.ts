// Letters and digits alone: no server, shell, URL or file format has to quote them. 32 of them are 190 bits.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const length = 32
/** The largest multiple of 62 that a byte can reach; bytes above it would make some letters likelier than others. */
const usableByteValues = 248

/** A password of uniformly chosen letters and digits, with a letter of each case and a digit among them. */
export function newPassword(randomBytes: (length: number) => Uint8Array): string {
  for (;;) {
    const bytes = [...randomBytes(2 * length)].filter((byte) => byte < usableByteValues).slice(0, length)
    const password = bytes.map((byte) => alphabet.charAt(byte % alphabet.length)).join('')
    if (bytes.length === length && /[a-z]/.test(password) && /[A-Z]/.test(password) && /\d/.test(password))
      return password
  }
}
