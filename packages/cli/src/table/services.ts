/** The part of the table of commands that starts a keyring of its own: `run` and `serve`. */

import { PROFILE_NAMES, PROMPTERS, SERVICE_OPTIONS } from '../arguments/service-plan.ts';
import { RunExitCode } from '../exit-code.ts';
import type { CommandSpec } from '../types/command.ts';

export const SERVICE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'run',
    summary: 'run a command with a keyring of its own',
    operands: 'command',
    failureCode: RunExitCode.FAILED,
    options: SERVICE_OPTIONS,
    description: [
      'keywire run injects nothing into the environment but a bus address.',
      'It starts a message bus and a Secret Service in this process, on a socket that only this user can open, and runs the command with DBUS_SESSION_BUS_ADDRESS set to it. Secrets are kept in memory, in a default collection that is unlocked; locks of such a store guard nothing, and every prompt is accepted. When the command ends all of it is gone, unless --store names a keyring file to keep them in. The variable that --password-env names is not handed on to the command.',
      'SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are passed on to the command. What is behind -- is the command, never an option of keywire.',
      'With --bus the Secret Service is put on the session bus that is there, for as long as the command runs; where one is there already, that is refused.',
    ],
    examples: [
      'keywire run -- secret-tool store --label=Demo app demo',
      'keywire run --seed=keyring.json -- npm test',
    ],
    exitCodes: [
      ['N', "the command's own exit code"],
      ['128+N', 'signal N ended the command'],
      [String(RunExitCode.FAILED), 'keywire run itself failed'],
      [String(RunExitCode.NOT_EXECUTABLE), 'the command cannot be executed'],
      [String(RunExitCode.NOT_FOUND), 'there is no such command'],
    ],
    load: async () => (await import('../commands/run.ts')).run,
  },
  {
    name: 'serve',
    summary: 'keep a keyring running, for other programs',
    operands: 'none',
    options: [
      ...SERVICE_OPTIONS,
      {
        name: 'prompter',
        value: PROMPTERS.join('|'),
        summary: 'who answers prompts that the seed says nothing about (default: accept)',
      },
      { name: 'policy', value: 'F.json', summary: 'who may do what, from a JSON file' },
      {
        name: 'profile',
        value: PROFILE_NAMES.join('|'),
        summary: 'imitate this daemon',
      },
      { name: 'print-unit', summary: 'print a systemd user unit for this, and start nothing' },
      { name: 'print-activation', summary: 'print a D-Bus service file, and start nothing' },
    ],
    description: [
      'Starts a message bus and a Secret Service in this process and prints one line when both are ready: DBUS_SESSION_BUS_ADDRESS=…, to be put into the environment of what shall use it. Runs until SIGINT, SIGTERM or SIGHUP, and exits 0 then.',
      'With --bus it serves on the session bus that is there, and the line is its unique name. It exits 5 where another Secret Service is there already.',
      'Secrets are kept in memory, or with --store in a keyring file (made where there is none, hardened), or in a folder of them, a collection each. A collection that was locked is opened again with the password of a prompt: with --prompter=accept it is read once more from where it came from, a descriptor excepted.',
      '--prompter=terminal asks you, on the terminal that keywire runs on and in its foreground, which program wants what: a password without showing it, else yes or no. Ctrl-C and Ctrl-D refuse. accept and dismiss answer for you, never leaves prompts open, and none is nobody, which refuses.',
      '--policy=F decides about each request to read, write, delete or unlock. F is {"rules": [{"decision": "allow", "programs": ["/usr/bin/git"], "kinds": ["read"]}], "otherwise": "ask"}: the first rule that fits counts; a rule may also have "collection", "item" (labels) and "attributes". A decision is allow, refuse or ask, which puts the question to the --prompter you name; without "otherwise" the rest is refused. Programs are known on an existing bus only (--bus); on a private one a rule that names some refuses.',
      '--audit-log records each request to search, read, write, delete, lock or unlock before it is answered; "keywire audit verify" checks the log.',
      '--seed gives the first content with fixed ids, so that tests can rely on object paths and on how prompts are answered; --profile departs from the specification as one daemon does.',
    ],
    examples: [
      'keywire serve --seed=keyring.json',
      'keywire serve --bus --profile=gnome-keyring',
      'keywire serve --bus --store=my.keyring --password-file=pw --audit-log=audit.log',
      'keywire serve --print-unit --seed=keyring.json > ~/.config/systemd/user/keywire.service',
    ],
    load: async () => (await import('../commands/serve.ts')).serve,
  },
];
