/** The part of the table of commands about single collections and items. */
import { COLLECTION, COMMON, JSON_OUTPUT } from '../arguments/common-options.ts';
import type { CommandSpec } from '../types/command.ts';

const COLLECTION_NAMES =
  'A collection is named by alias, identifier, label or object path, as "keywire list" shows them.';
const ITEM_NAMES =
  'The item is the one that has all of these attributes; where several have, nothing is done and the exit code is 7. Or it is named by its object path, which "keywire list --json" shows.';

const load =
  (name: 'create' | 'delete' | 'label' | 'alias'): CommandSpec['load'] =>
  async () =>
    (await import('../commands/collection.ts')).COLLECTION_OPERATIONS[name];

const loadItem =
  (name: 'label' | 'attributes' | 'delete'): CommandSpec['load'] =>
  async () =>
    (await import('../commands/item.ts')).ITEM_OPERATIONS[name];

export const OBJECT_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'collection create',
    summary: 'make a collection',
    operands: 'words',
    words: ['LABEL'],
    options: [
      { name: 'alias', value: 'A', summary: 'an alias for it, "default" for the default one' },
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      'Makes a collection and prints its object path. The keyring asks for a new password in a dialog of its own.',
      'Where the alias stands for a collection already, that one is printed and none is made.',
    ],
    examples: ['keywire collection create Work', 'keywire collection create Login --alias=default'],
    load: load('create'),
  },
  {
    name: 'collection delete',
    summary: 'delete a collection and all that is in it',
    operands: 'words',
    words: ['COLLECTION'],
    options: [JSON_OUTPUT, ...COMMON],
    description: [`Deletes a collection with every item in it. ${COLLECTION_NAMES}`],
    examples: ['keywire collection delete Work'],
    load: load('delete'),
  },
  {
    name: 'collection label',
    summary: "print or set a collection's label",
    operands: 'words',
    words: ['COLLECTION', '[LABEL]'],
    options: [JSON_OUTPUT, ...COMMON],
    description: [
      `Prints the label, or with a second word sets it. ${COLLECTION_NAMES} Some keyrings do not let labels be set.`,
    ],
    examples: ['keywire collection label default', 'keywire collection label work Work'],
    load: load('label'),
  },
  {
    name: 'collection alias',
    summary: 'print or set what an alias stands for',
    operands: 'words',
    words: ['ALIAS', '[COLLECTION]'],
    options: [{ name: 'remove', summary: 'take the alias away' }, JSON_OUTPUT, ...COMMON],
    description: [
      `Prints the object path that an alias stands for, exit 1 where it is not set; with a second word lets it stand for that collection. ${COLLECTION_NAMES} GNOME Keyring and KeePassXC let only "default" be set.`,
    ],
    examples: ['keywire collection alias default', 'keywire collection alias default Work'],
    load: load('alias'),
  },
  {
    name: 'item label',
    summary: "print or set an item's label",
    operands: 'item',
    options: [
      { name: 'set', value: 'LABEL', summary: 'the new label' },
      COLLECTION,
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [`Prints the label of an item, or sets it. ${ITEM_NAMES}`],
    examples: [
      'keywire item label app demo user me',
      'keywire item label --set="Token of the demo" app demo user me',
    ],
    load: loadItem('label'),
  },
  {
    name: 'item attributes',
    summary: "print or change an item's attributes",
    operands: 'item',
    options: [
      {
        name: 'set',
        value: 'ATTR=VALUE',
        isRepeatable: true,
        summary: 'add an attribute, or change it; may be given several times',
      },
      {
        name: 'unset',
        value: 'ATTR',
        isRepeatable: true,
        summary: 'take an attribute away; may be given several times',
      },
      COLLECTION,
      JSON_OUTPUT,
      ...COMMON,
    ],
    description: [
      `Prints the attributes of an item, a line each, after the changes that were asked for. ${ITEM_NAMES} KeePassXC adds attributes and takes none away.`,
    ],
    examples: [
      'keywire item attributes app demo user me',
      'keywire item attributes --set=user=you --unset=host app demo user me',
    ],
    load: loadItem('attributes'),
  },
  {
    name: 'item delete',
    summary: 'delete one item',
    operands: 'item',
    options: [COLLECTION, JSON_OUTPUT, ...COMMON],
    description: [`Deletes one item. ${ITEM_NAMES} "keywire clear" deletes all that match.`],
    examples: ['keywire item delete app demo user me'],
    load: loadItem('delete'),
  },
];
