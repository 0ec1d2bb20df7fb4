/** The part of the table of commands that works on files: `export`, `import` and `audit`. */
import { COLLECTION, COMMON, JSON_OUTPUT } from '../arguments/common-options.ts';
import { passwordOptions } from '../arguments/password-options.ts';
import type { CommandSpec } from '../types/command.ts';

export const FILE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'export',
    summary: 'write all items to an encrypted file',
    operands: 'words',
    words: ['FILE'],
    options: [
      {
        name: 'from',
        value: 'FILE',
        summary: 'take the items from a keyring file, not the keyring',
      },
      { name: 'format', value: 'v1|hardened', summary: 'the form to write (default: v1)' },
      { name: 'plaintext', summary: 'write JSON, every secret in clear; FILE may be - for stdout' },
      COLLECTION,
      ...passwordOptions('password', "the new file's password"),
      ...passwordOptions('from-password', 'the password of --from'),
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Writes the items of the keyring, all collections but the session one, to a new keyring file with a password of its own: in the form v1, which libsecret reads too, or hardened. What is locked is unlocked first. A file that is there is never overwritten.',
      'With --from the items come from a keyring file of any form (v1, hardened, gnome-keyring v0, text, JSON), and neither a keyring nor a bus is needed. Its password is the new one where no --from-password-… option says otherwise.',
      '--plaintext writes documented JSON, which also seeds "keywire serve". It is for its owner alone, and not for a terminal.',
    ],
    examples: [
      'keywire export --password-file=pw backup.keyring',
      'keywire export --from=login.keyring --format=hardened new.keyring',
    ],
    load: async () => (await import('../commands/export.ts')).exportItems,
  },
  {
    name: 'import',
    summary: 'store all items of a file',
    operands: 'words',
    words: ['FILE'],
    options: [
      { name: 'dry-run', summary: 'show what would be stored, and store nothing' },
      COLLECTION,
      ...passwordOptions('password', "the file's password"),
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Stores every item of a keyring file of any form in the keyring: v1, hardened, gnome-keyring v0 (login.keyring), text, or JSON. An item that has exactly the attributes of one in the file is replaced.',
      '--dry-run shows labels and attributes, never a secret, and asks no keyring. Items that do not match their authentication code are left out and counted; the exit code is then 7. A file that is no keyring, or of more than 64 MiB, exits 2.',
    ],
    examples: [
      'keywire import --dry-run --password-file=pw login.keyring',
      'keywire import --password-file=pw backup.keyring',
    ],
    load: async () => (await import('../commands/import.ts')).importItems,
  },
  {
    name: 'audit verify',
    summary: 'check an audit log',
    operands: 'words',
    words: ['FILE'],
    options: [
      { name: 'head', value: 'HASH', summary: 'a head that was kept elsewhere' },
      JSON_OUTPUT,
    ],
    description: [
      'Checks that each line of a log of "keywire serve --audit-log" follows the line before it, and prints how many there are and the head, the hash of the last one.',
      'Who can write the file can rewrite all of it, or cut its end off: only --head with a head that was kept elsewhere shows that. The log may have grown since. Exits 7 for a log that is not whole.',
    ],
    examples: ['keywire audit verify audit.log'],
    load: async () => (await import('../commands/audit.ts')).audit,
  },
];
