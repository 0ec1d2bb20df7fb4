/** What `keyring --print-completion SHELL` prints: options and operations, nothing of the keyring. */
import { OPERATIONS, type SHELLS } from './keyring-arguments.ts';

const OPTIONS = [
  '--help',
  '--keyring-path',
  '--keyring-backend',
  '--list-backends',
  '--disable',
  '--mode',
  '--output',
  '--print-completion',
];

const BASH = `_keyring() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words
  case $before in
    -b | --keyring-backend) words=$(keyring --list-backends 2>/dev/null | cut -d' ' -f1) ;;
    --mode) words='password creds' ;;
    --output) words='plain json' ;;
    --print-completion) words='bash zsh tcsh' ;;
    *) words='${[...OPERATIONS, ...OPTIONS].join(' ')}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _keyring keyring
`;

const ZSH = `#compdef keyring
_keyring() {
  _arguments \\
    '(-h --help)'{-h,--help}'[show help]' \\
    '(-p --keyring-path)'{-p,--keyring-path}'[path of the backend]:path:_files' \\
    '(-b --keyring-backend)'{-b,--keyring-backend}'[name of the backend]:backend:($(keyring --list-backends 2>/dev/null | cut -d" " -f1))' \\
    '--list-backends[list the backends]' \\
    '--disable[disable keyring]' \\
    '--mode[what get prints]:mode:(password creds)' \\
    '--output[form of what get prints]:output:(plain json)' \\
    '--print-completion[print a completion script]:shell:(bash zsh tcsh)' \\
    '1:operation:(${OPERATIONS.join(' ')})' \\
    '2:service: ' \\
    '3:username: '
}
compdef _keyring keyring
`;

const TCSH = `complete keyring 'n/--mode/(password creds)/' 'n/--output/(plain json)/' 'n/--print-completion/(bash zsh tcsh)/' 'c/--/(${OPTIONS.map((option) => option.slice(2)).join(' ')})/' 'p/1/(${OPERATIONS.join(' ')})/'
`;

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: BASH,
  zsh: ZSH,
  tcsh: TCSH,
};

export function keyringCompletion(shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell];
}
