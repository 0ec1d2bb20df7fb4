/** The part of the table of commands that works on passwords by service and user name. */
import { COMMON, JSON_OUTPUT } from '../arguments/common-options.ts';
import { PASSWORDS_OPTIONS } from '../arguments/passwords-plan.ts';
import { ASK_INPUT, FILE_INPUT } from '../arguments/secret-input.ts';
import { RunExitCode } from '../exit-code.ts';
import type { CommandSpec } from '../types/command.ts';

const WORDS = ['SERVICE', 'USERNAME'];

export const PASSWORD_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'get',
    mistakenNames: ['read', 'show', 'get-password'],
    summary: 'print a password',
    operands: 'words',
    words: WORDS,
    options: [
      { name: 'base64', summary: 'print base64 of the password' },
      JSON_OUTPUT,
      ...PASSWORDS_OPTIONS,
    ],
    description: [
      'Prints the password of a user name of a service, byte for byte; on a terminal one newline follows it, and what is no text is not shown (exit 7). Exits 1 when there is none, and prints nothing then, with --json neither; and 3, never 1, when the keyring is locked.',
      '--scheme reads what another program stored. What Python keyring, keyring-rs 4 and go-keyring stored is read without it; keyring-rs 2 and 3 are --scheme=keyring-rs-3.',
    ],
    examples: ['keywire get api.example.com me', 'keywire get --scheme=keytar my-app me'],
    load: async () => (await import('../commands/get.ts')).get,
  },
  {
    name: 'set',
    mistakenNames: ['add', 'put', 'set-password'],
    summary: 'store a password',
    operands: 'words',
    words: WORDS,
    options: [FILE_INPUT, ASK_INPUT, JSON_OUTPUT, ...PASSWORDS_OPTIONS],
    description: [
      'Stores the password of a user name of a service, in the place of the one that is there. It is read from stdin, or from --file; one newline at its end is dropped, as an editor or "echo" leaves it ("keywire store" keeps it). An empty one is refused: the command in the pipe may have failed. On a terminal it is asked for without echo. It is never taken from the command line, where other users and the shell history would see it.',
    ],
    examples: [
      'keywire set api.example.com me',
      'printf %s "$TOKEN" | keywire set api.example.com me',
    ],
    load: async () => (await import('../commands/set.ts')).set,
  },
  {
    name: 'del',
    mistakenNames: ['delete', 'remove', 'rm', 'unset', 'delete-password'],
    summary: 'remove a password',
    operands: 'words',
    words: WORDS,
    options: [JSON_OUTPUT, ...PASSWORDS_OPTIONS],
    description: [
      'Removes the password of a user name of a service, everything that "keywire get" could have printed for it. Exits 1 when there is none.',
    ],
    examples: ['keywire del api.example.com me'],
    load: async () => (await import('../commands/del.ts')).del,
  },
  {
    name: 'exec',
    summary: 'run a command with passwords in its environment',
    operands: 'command',
    failureCode: RunExitCode.FAILED,
    options: [
      {
        name: 'env',
        value: 'NAME=SERVICE/USERNAME',
        isRequired: true,
        isRepeatable: true,
        summary: 'a variable and its password; may be repeated',
      },
      ...PASSWORDS_OPTIONS,
    ],
    description: [
      "Runs a command with passwords as variables of its environment, and of nobody else's. The last slash separates service and user name. All passwords are read before the command is started; where one is missing, or the keyring is locked, nothing is started.",
      'An environment is less guarded than a keyring: every process of this user can read it, and the command hands it on to what it starts. A command that asks the keyring by itself is better.',
      'SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are passed on to the command.',
    ],
    examples: ['keywire exec --env API_TOKEN=api.example.com/me -- ./deploy'],
    exitCodes: [
      ['N', "the command's own exit code"],
      ['128+N', 'signal N ended the command'],
      [String(RunExitCode.FAILED), 'a password could not be had; nothing was started'],
      [String(RunExitCode.NOT_EXECUTABLE), 'the command cannot be executed'],
      [String(RunExitCode.NOT_FOUND), 'there is no such command'],
    ],
    load: async () => (await import('../commands/exec.ts')).exec,
  },
  {
    name: 'backends',
    summary: 'list where passwords can be kept, and the schemes',
    operands: 'none',
    options: [
      { name: 'forget', value: 'APP', summary: 'forget the backend that a program remembered' },
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Lists the backends, whether each can be used now, and which one is used by default; what programs remembered, and in which file; and the schemes that --scheme takes. Nobody is asked anything.',
      'The default is what KEYWIRE_BACKEND says, else $XDG_CONFIG_HOME/keywire/keyring.json, else the keyring of the session.',
      '--forget makes a program choose anew; --forget= is for programs without a name. Exits 1 where nothing was remembered.',
    ],
    examples: ['keywire backends', 'keywire backends --json', 'keywire backends --forget=my-app'],
    load: async () => (await import('../commands/backends.ts')).backends,
  },
  {
    name: 'migrate',
    summary: "move passwords from one program's scheme to another's",
    operands: 'none',
    options: [
      { name: 'from', value: 'SCHEME', isRequired: true, summary: 'the scheme to read' },
      { name: 'to', value: 'SCHEME', isRequired: true, summary: 'the scheme to write' },
      { name: 'service', value: 'SERVICE', summary: 'only the passwords of this service' },
      { name: 'username', value: 'USERNAME', summary: 'only the passwords of this user name' },
      { name: 'dry-run', summary: 'show what would be copied, and change nothing' },
      { name: 'delete', summary: 'delete each where it was, once its copy was read back' },
      {
        name: 'on-conflict',
        value: 'refuse|keep|overwrite',
        summary: 'what to do where they differ (default: refuse)',
      },
      JSON_OUTPUT,
      ...PASSWORDS_OPTIONS.filter(({ name }) => name !== 'scheme' && name !== 'group'),
    ],
    description: [
      'Copies every password that is stored as one program stores it to the form of another, in the same keyring, so that a program that changes its library finds what it stored; "keywire backends" lists the schemes. Each copy is read back and compared.',
      'It can be ended and run again at any time: what is there already is passed over. Without --delete nothing is deleted, with it only what was copied and has not changed since.',
      'Where the target has another password under the same service and user name, it ends, unless --on-conflict says what to do. Exits 1 where there is nothing to copy.',
    ],
    examples: [
      'keywire migrate --from=keytar --to=keywire --service=my-app --dry-run',
      'keywire migrate --from=keytar --to=keywire --service=my-app --delete',
    ],
    load: async () => (await import('../commands/migrate.ts')).migrate,
  },
];
