/** The part of the table of commands that works on items by their attributes, and on all collections. */
import { COLLECTION, COMMON, JSON_OUTPUT } from '../arguments/common-options.ts';
import { passwordOptions } from '../arguments/password-options.ts';
import { ASK_INPUT, FILE_INPUT } from '../arguments/secret-input.ts';
import type { CommandSpec } from '../types/command.ts';

export const ITEM_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'store',
    summary: 'store a secret',
    operands: 'attributes',
    options: [
      {
        name: 'label',
        short: 'l',
        value: 'L',
        isRequired: true,
        summary: 'what keyring managers show for the item',
      },
      COLLECTION,
      FILE_INPUT,
      ASK_INPUT,
      { name: 'strip-newline', summary: 'drop one newline at the end of the secret' },
      { name: 'base64', summary: 'what is read is base64 of the secret' },
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Stores a secret with a label and attributes. An item that has exactly these attributes is replaced; one that has more, or fewer, is left alone.',
      'The secret is read from stdin and kept to the byte, a final newline included. On a terminal it is asked for without echo. It is never taken from the command line, where other users and the shell history would see it.',
    ],
    examples: [
      'printf %s "$TOKEN" | keywire store --label="Demo token" app demo user me',
      'keywire store --label="Key" --file=key.der app demo kind key',
    ],
    load: async () => (await import('../commands/store.ts')).store,
  },
  {
    name: 'lookup',
    summary: 'print the secret of the first match',
    operands: 'attributes',
    options: [
      COLLECTION,
      { name: 'base64', summary: 'print base64 of the secret' },
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Prints the secret of the first item that has all of these attributes, byte for byte. On a terminal one newline follows it, and what is no text is not shown (exit 7).',
      'Exits 1 when no item matches, and prints nothing then, with --json neither. A match in a locked collection is unlocked first, with the prompt of the keyring; where that cannot be, it exits 3 and never 1.',
    ],
    examples: ['keywire lookup app demo user me', 'keywire lookup --base64 app demo kind key'],
    load: async () => (await import('../commands/lookup.ts')).lookup,
  },
  {
    name: 'search',
    summary: 'print matching items and their secrets',
    operands: 'attributes',
    options: [
      { name: 'all', summary: 'print all matches, not only the first' },
      { name: 'unlock', summary: 'unlock what is locked' },
      COLLECTION,
      { name: 'base64', summary: 'print base64 of the secrets' },
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Prints the items that have all of these attributes: label, secret, dates (UTC) and schema on stdout, the attributes on stderr, as secret-tool does. --json prints all of it on stdout.',
      'A locked item is printed without its secret, and the exit code is then 3.',
    ],
    examples: ['keywire search --all app demo', 'keywire search --all --json app demo'],
    load: async () => (await import('../commands/search.ts')).search,
  },
  {
    name: 'clear',
    summary: 'delete all matching items',
    operands: 'attributes',
    options: [COLLECTION, JSON_OUTPUT, ...COMMON],
    description: [
      'Deletes every item that has all of these attributes. Exits 1 when there is none.',
    ],
    examples: ['keywire clear app demo user me'],
    load: async () => (await import('../commands/clear.ts')).clear,
  },
  {
    name: 'lock',
    summary: 'lock a collection, or all',
    operands: 'none',
    options: [COLLECTION, JSON_OUTPUT, ...COMMON],
    description: [
      'Locks the collection that --collection names, else all but the session collection, which has no password.',
    ],
    examples: ['keywire lock', 'keywire lock --collection=default'],
    load: async () => (await import('../commands/lock.ts')).lock,
  },
  {
    name: 'unlock',
    summary: 'unlock a collection',
    operands: 'none',
    options: [COLLECTION, ...passwordOptions('password', 'the password'), JSON_OUTPUT, ...COMMON],
    description: [
      'Unlocks the collection that --collection names, else the default one. The keyring asks for its password in a prompt of its own.',
      'With a --password-… option no prompt is needed, on keyrings that allow it (GNOME Keyring does): for machines without a display. One newline at the end of the password is dropped.',
    ],
    examples: ['keywire unlock', 'keywire unlock --password-fd=0 < password'],
    load: async () => (await import('../commands/unlock.ts')).unlock,
  },
  {
    name: 'list',
    mistakenNames: ['ls'],
    summary: 'list collections and items, never secrets',
    operands: 'none',
    options: [COLLECTION, JSON_OUTPUT, ...COMMON],
    description: ['Lists collections and their items with labels and attributes, never a secret.'],
    examples: ['keywire list', 'keywire list --collection=default --json'],
    load: async () => (await import('../commands/list.ts')).list,
  },
];
