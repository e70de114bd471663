import type { Tree } from './tree.ts'

/*
 * Scripts that hold all words themselves: to ask the program at each stroke of the tabulator would take longer than a
 * person waits. Each walks along the words that are typed, as far as they are commands, and offers what may come next; a
 * file where that is nothing.
 */
export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export const completionScript = (shell: Shell, tree: Tree): string => scripts[shell](tree)

const paths = (tree: Tree): string =>
  [...tree.keys()]
    .filter((path) => path !== '')
    .map((path) => `"${path}"`)
    .join('|')

const bash = (tree: Tree): string => `# bash completion of keyhaven: source <(keyhaven completion bash)
_keyhaven() {
  local word path='' next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${paths(tree)}) path="$next" ;; esac
  done
  local words=''
  case "$path" in
${cases(tree, 'words')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _keyhaven keyhaven
`

const zsh = (tree: Tree): string => `#compdef keyhaven
# zsh completion of keyhaven: source <(keyhaven completion zsh)
_keyhaven() {
  local word path_='' next list=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_:+$path_ }$word"
    case "$next" in ${paths(tree)}) path_="$next" ;; esac
  done
  case "$path_" in
${cases(tree, 'list')}
  esac
  compadd -- \${=list}
  _files
}
compdef _keyhaven keyhaven
`

const cases = (tree: Tree, variable: string): string =>
  [...tree].map(([path, words]) => `    "${path}") ${variable}='${words.join(' ')}' ;;`).join('\n')

const fish = (tree: Tree): string => `# fish completion of keyhaven: keyhaven completion fish | source
function __keyhaven_words
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l next (string trim "$path $word")
    switch $next
      case ${paths(tree).replaceAll('|', ' ')}
        set path $next
    end
  end
  switch $path
${[...tree].map(([path, words]) => `    case '${path}'\n      string split ' ' '${words.join(' ')}'`).join('\n')}
  end
end
complete -c keyhaven -a '(__keyhaven_words)'
`

const scripts: Readonly<Record<Shell, (tree: Tree) => string>> = { bash, zsh, fish }
