/**
 * The manual page, made from the table of commands, in the macros of man(7).
 * https://man7.org/linux/man-pages/man7/groff_man.7.html
 */
import { commandForm } from '../arguments/operands.ts';
import { EXIT_CODE_MEANINGS } from '../exit-code.ts';
import type { CommandSpec, CommandTable, OptionSpec } from '../types/command.ts';

/** @param nowMs - milliseconds since 1970; the page bears the day */
export function manualPage(
  { commands, globalOptions }: CommandTable,
  version: string,
  nowMs: number,
): string {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const lines = [
    `.TH KEYWIRE 1 ${day} "keywire ${version}" "User Commands"`,
    '.SH NAME',
    text('keywire') + String.raw` \- keep secrets in the user's keyring, from a shell`,
    '.SH SYNOPSIS',
    ...commands.flatMap((command, index) => [
      ...(index === 0 ? [] : ['.br']),
      `.B ${text(commandForm(command))}`,
    ]),
    '.SH DESCRIPTION',
    paragraph(
      'Secrets are kept in the keyring of the user: GNOME Keyring, KWallet, KeePassXC, or any other Secret Service on the session bus. They are read from a pipe, a file or a hidden prompt, and never taken from the command line.',
    ),
    '.SH OPTIONS',
    ...globalOptions.flatMap(optionLines),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...EXIT_CODE_MEANINGS.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.TP',
    '.B 130',
    text('interrupted'),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => ['.TP', `.B ${name}`, text(meaning)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The longest line of running text. */
const WIDTH = 78;

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['DBUS_SESSION_BUS_ADDRESS', 'where the session bus is; without it $XDG_RUNTIME_DIR/bus is'],
  ['DISPLAY, WAYLAND_DISPLAY', 'without either, nobody is waited for who could answer a dialog'],
  [
    'KEYWIRE_BACKEND',
    'where get, set, del, exec and migrate find passwords, unless --backend says it',
  ],
  ['KEYWIRE_COLLECTION', 'in which collection of the keyring, unless --collection says it'],
  [
    'KEYWIRE_FILE, KEYWIRE_PASSWORD_FILE',
    'the file of the backend "file", and the file that its password is in',
  ],
  [
    'XDG_CONFIG_HOME',
    'the folder of keywire/keyring.json, which can say the same; see @keywire/keyring',
  ],
  ['NO_COLOR', 'turns colours off'],
];

function commandLines(command: CommandSpec): string[] {
  return [
    `.SS ${text(commandForm(command))}`,
    ...command.description.flatMap((each, index) => [
      ...(index === 0 ? [] : ['.PP']),
      paragraph(each),
    ]),
    ...command.options.flatMap(optionLines),
    '.PP',
    command.examples.length === 1 ? 'Example:' : 'Examples:',
    '.PP',
    '.nf',
    '.RS',
    ...command.examples.map(text),
    '.RE',
    '.fi',
    ...(command.exitCodes === undefined
      ? []
      : [
          '.PP',
          'Its exit codes:',
          ...command.exitCodes.flatMap(([code, meaning]) => [
            '.TP',
            `.B ${text(code)}`,
            text(meaning),
          ]),
        ]),
  ];
}

function optionLines({ name, short, value, summary, isRequired }: OptionSpec): string[] {
  const forms = [
    ...(short === undefined ? [] : [`-${short}${value === undefined ? '' : ` ${value}`}`]),
    `--${name}${value === undefined ? '' : `=${value}`}`,
  ];
  return [
    '.TP',
    `.B ${text(forms.join(', '))}`,
    paragraph(`${summary}${isRequired === true ? ' (required)' : ''}`),
  ];
}

/** A paragraph in lines that a person can read in the source, each sentence on lines of its own. */
function paragraph(plain: string): string {
  const lines: string[] = [];
  for (const sentence of plain.split(/(?<=[.:]) (?=[A-Z"-])/u)) {
    let line = '';
    for (const word of sentence.split(' ')) {
      const next = text(word);
      if (line !== '' && line.length + 1 + next.length > WIDTH) {
        lines.push(line);
        line = next;
      } else {
        line = line === '' ? next : `${line} ${next}`;
      }
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Text that no macro takes for its own: dashes, backslashes, and dots and quotes at a line's start. */
function text(plain: string): string {
  const escaped = plain
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('…', '...')
    .replaceAll('"', String.raw`\(dq`)
    .replaceAll("'", String.raw`\(aq`)
    .replaceAll('`', String.raw`\(ga`)
    .replaceAll('~', String.raw`\(ti`)
    .replaceAll('^', String.raw`\(ha`);
  return escaped.startsWith('.') ? String.raw`\&` + escaped : escaped;
}
