/** A completion script for bash 4 or newer, which needs nothing beside it. */
import {
  type Choices,
  type CompletedCommand,
  type CompletedOption,
  type CompletionWords,
  firstWords,
  secondWords,
  valuedForms,
} from './words.ts';

export function bashCompletion(words: CompletionWords): string {
  return HEAD + tables(words) + TAIL;
}

/** Which words are the command, and how many operands stand before the current one. */
const HEAD = `# bash completion for keywire, made by "keywire completion bash"
_keywire() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' choices='' options='' kind='' word index isBehindDashes='' valued
  local -i operands=0
  COMPREPLY=()
`;

/** A name may have spaces and stars in it: a line of compgen's is one word, whatever it holds. */
const TAIL = `  case $kind in
    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    program) mapfile -t COMPREPLY < <(compgen -c -- "$current"); return ;;
    free) return ;;
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == --*= ]]; then compopt -o nospace; fi
}
complete -F _keywire keywire
`;

function tables(words: CompletionWords): string {
  const families = [...secondWords(words)];
  const firsts = firstWords(words).map(([name]) => name);
  return `  valued=' ${valuedForms(words).join(' ')} '
  # "--name=value" comes as three words.
  if [[ $current == '=' ]]; then current=''; fi
  if [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -z $isBehindDashes ]]; then
      if [[ $word == -- ]]; then isBehindDashes=yes; continue; fi
      if [[ $word == -* || $word == '=' || \${COMP_WORDS[index-1]} == '=' ]]; then continue; fi
      if [[ $valued == *" \${COMP_WORDS[index-1]} "* ]]; then continue; fi
    fi
    case "$command" in
      '') command=$word ;;
      ${families.map(([first]) => first).join('|')}) command="$command $word" ;;
      *) operands+=1 ;;
    esac
  done
  if [[ -z $isBehindDashes && $valued == *" $previous "* ]]; then
    kind=free
    case "$command:$previous" in
${valueCases(words)}
    esac
  else
    case "$command" in
      '') choices='${[...firsts, 'help'].join(' ')}' options='${dashed(words.options)}' ;;
${families.map(familyCase).join('\n')}
${words.commands.map(commandCase).join('\n')}
    esac
    if [[ -z $isBehindDashes && $current == -* ]]; then kind='' choices=$options; fi
  fi
`;
}

function familyCase([first, commands]: readonly [string, readonly CompletedCommand[]]): string {
  const seconds = commands.map(({ name }) => name.slice(first.length + 1));
  return `      ${first}) choices='${seconds.join(' ')}' options=--help ;;`;
}

/** What stands behind an option that takes a value, where it is not free. */
function valueCases({ commands }: CompletionWords): string {
  return commands
    .flatMap(({ name, options }) =>
      options.flatMap(({ name: option, short, value }) => {
        if (value === undefined || value === 'free') return [];
        const forms = [`--${option}`, ...(short === undefined ? [] : [`-${short}`])];
        const patterns = forms.map((form) => `'${name}:${form}'`).join('|');
        return [`      ${patterns}) ${setChoices(value)} ;;`];
      }),
    )
    .join('\n');
}

function commandCase({ name, options, operands }: CompletedCommand): string {
  const positions = operands.map((choices, index) => {
    const pattern = choices === 'program' ? '*' : String(index);
    return `${pattern}) ${setChoices(choices)} ;;`;
  });
  const cases = positions.length === 0 ? '' : `; case $operands in ${positions.join(' ')} esac`;
  return `      '${name}') options='${dashed(options)}'${cases} ;;`;
}

function setChoices(choices: Choices): string {
  return typeof choices === 'string' ? `kind=${choices}` : `kind='' choices='${choices.join(' ')}'`;
}

function dashed(options: readonly CompletedOption[]): string {
  return options.map(({ name, value }) => `--${name}${value === undefined ? '' : '='}`).join(' ');
}
