/**
 * Is only the version asked for? No option of the program: the answer needs none of its modules, and
 * `keyhaven key public` has a `--version` of its own.
 */
export function isVersionQuestion([word, ...more]: readonly string[]): boolean {
  return more.length === 0 && ['--version', '-V', 'version'].includes(word ?? '')
}
