/** A completion script for zsh, over its own `_arguments`. */
import {
  type Choices,
  type CompletedCommand,
  type CompletedOption,
  type CompletionWords,
  firstWords,
  secondWords,
} from './words.ts';

export function zshCompletion(words: CompletionWords): string {
  const families = [...secondWords(words)];
  return `#compdef keywire
# zsh completion for keywire, made by "keywire completion zsh"
_keywire() {
  local context state line
  typeset -A opt_args
  _arguments -C ${words.options.flatMap(optionSpecs).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(${firstWords(words).map(described).join(' ')} ${described(['help', 'print help'])})
      _describe command commands
      ;;
    rest)
      case $line[1] in
${families.map(familyCase).join('\n')}
${words.commands.filter(isSingle).map(commandCase).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _keywire ]]; then _keywire "$@"; else compdef _keywire keywire; fi
`;
}

function isSingle({ name }: CompletedCommand): boolean {
  return !name.includes(' ');
}

function familyCase([first, commands]: readonly [string, readonly CompletedCommand[]]): string {
  const seconds = commands.map(({ name, summary }) =>
    described([name.slice(first.length + 1), summary]),
  );
  const cases = commands.map(
    (command) => `            ${command.name.slice(first.length + 1)}) ${argumentsOf(command)} ;;`,
  );
  return `        ${first})
          if (( CURRENT == 2 )); then
            local -a seconds=(${seconds.join(' ')})
            _describe command seconds
            return
          fi
          shift words; (( CURRENT-- ))
          case $words[1] in
${cases.join('\n')}
          esac
          ;;`;
}

function commandCase(command: CompletedCommand): string {
  return `        ${command.name}) ${argumentsOf(command)} ;;`;
}

/** Behind another program's name are that program's own words. */
function argumentsOf({ options, operands }: CompletedCommand): string {
  const positions = operands.flatMap((choices, index) =>
    choices === 'program'
      ? ["'(-)1: :_command_names -e'", "'*:: :_normal'"]
      : [`'${index + 1}: :${action(choices)}'`],
  );
  return ['_arguments -S', ...options.flatMap(optionSpecs), ...positions].join(' ');
}

function optionSpecs({ name, short, summary, value, isRepeatable }: CompletedOption): string[] {
  const explained = `[${summary.replaceAll(/[[\]:\\]/gu, String.raw`\$&`)}]`;
  const argument = value === undefined ? '' : `: :${action(value)}`;
  const long = `${value === undefined ? `--${name}` : `--${name}=`}${explained}${argument}`;
  const star = isRepeatable ? '*' : '';
  const forms = [`${star}${long}`];
  if (short !== undefined) {
    forms.push(`${star}-${short}${value === undefined ? '' : '+'}${explained}${argument}`);
  }
  return forms.map(quoted);
}

function action(choices: Choices): string {
  switch (choices) {
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'program':
      return '_command_names';
    case 'free':
      return '';
    default:
      return `(${choices.join(' ')})`;
  }
}

function described([word, summary]: readonly [string, string]): string {
  return quoted(`${word}:${summary.replaceAll(':', String.raw`\:`)}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
