/**
 * The official benchmark tool takes its flags with one dash or two. A word with one dash and a name behind it, which
 * would be several short options here, is such a flag.
 */
export function withLongFlags(argv: readonly string[]): readonly string[] {
  if (argv[0] !== 'bench') return argv
  return argv.map((word) => (/^-[a-z][a-z_]+(?:=|$)/.test(word) ? `-${word}` : word))
}
