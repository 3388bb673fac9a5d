import type { RouteCommand } from './routes.ts'

/** A script for bash, and for zsh by its emulation, that completes nouns, verbs and options. */
export function completionScript(commands: readonly RouteCommand[], others: readonly string[]): string {
  const nouns = Map.groupBy(commands, ({ noun }) => noun)
  const words = [...nouns.keys(), ...others].sort().join(' ')
  const verbs = [...nouns].map(
    ([noun, group]) => `    ${noun}) words="${group.map(({ verb }) => verb).join(' ')}" ;;`,
  )
  const options = commands.map(
    ({ noun, verb, options: own }) =>
      `    "${noun} ${verb}") words="${['json', 'csv', ...own.map(({ flag }) => flag)].map(flag => `--${flag}`).join(' ')}" ;;`,
  )
  return `# Completion of millrace. Use it with: source <(millrace completion)
if [ -n "\${ZSH_VERSION-}" ]; then autoload -U +X bashcompinit && bashcompinit; fi
_millrace() {
  local words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${words}"
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${verbs.join('\n')}
    esac
  else
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${options.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _millrace millrace`
}
