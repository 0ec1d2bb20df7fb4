/**
 * keywire called as `secret-tool`, line by line beside the real one on gnome-keyring: each form, each
 * misuse, in every state that a keyring can be in.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type GnomeKeyringOptions,
  requires,
  type SeedItem,
} from '../../../test-fixtures/src/index.ts';
import { compareTranscripts, type Line } from './support/transcript.ts';

/** Why an answer differs; the words are those of the document for users. */
const REASONS = {
  size: 'A secret longer than 8,192 bytes is stored whole.',
  lock: '`lock` ends with 0, prints nothing, and takes an alias too.',
  locked:
    'What is locked exits 3 with a line on stderr, and is never as silent as what is not there.',
  dismissed: 'Where the prompt was dismissed it exits 4 with a line on stderr.',
  neighbour: 'Storing replaces the item with exactly these attributes, never one that has more.',
  words: 'Help, and what a keyring or a bus answers, are in words of our own.',
  'no-echo': 'What could be a secret in the place of an option is not repeated.',
  'empty-name': 'An attribute without a name is refused.',
  'closed-stdin': 'A closed stdin is an empty secret, as /dev/null is.',
  'full-output': 'An answer that cannot be written exits 7.',
} as const;

const FIRST: readonly SeedItem[] = [
  { label: 'First', attributes: { app: 'demo', user: 'me' }, secret: 'hunter2' },
];

const FORMS: readonly Line[] = [
  { args: [] },
  ...['--help', '-h', 'help', '--version', 'frob', '', '--'].map((word) => ({ args: [word] })),
  { args: ['frob', 'a', 'b'] },
  { args: ['--', 'lookup', 'a', 'b'] },
  // store, misused
  { args: ['store'] },
  { args: ['store', 'a', 'b'] },
  { args: ['store', '--label'] },
  { args: ['store', '-l'] },
  { args: ['store', '--label=L'] },
  { args: ['store', '--label=L', 'a'] },
  { args: ['store', '--label=L', 'a', 'b', 'c'] },
  { args: ['store', '-lL', 'a', 'b'] },
  { args: ['store', '--label=L', '--frob', 'a', 'b'] },
  { args: ['store', '--label=L', '-x', 'a', 'b'] },
  { args: ['store', '--label', 'L', '-c'] },
  { args: ['store', '--frob', '--help'] },
  { args: 'exec "$PROGRAM" store --label=L b $\'\\xff\'' },
  // store, in each form that it has
  { args: ['store', '--label=L', 'a', 'b'], input: 's3cret' },
  { args: ['store', '-l', 'L', 'a', 'b2'], input: 's3cret' },
  { args: ['store', 'a', 'b3', '--label=Behind'], input: 'final newline\n' },
  { args: ['store', '--label=L', '--label=Last', 'a', 'b4'], input: '' },
  { args: ['store', '-l', '--label', 'a', 'b5'], input: 'x' },
  { args: ['store', '--label=', 'e', 'f'], input: 'x' },
  { args: ['store', '--label=Ünï 日本', 'ключ', 'значение 🗝'], input: 'ünï 日本' },
  {
    args: ['store', '--label=L', '', 'v'],
    input: 'empty name',
    differs: 'empty-name',
    theirs: { code: 0 },
    ours: { code: 2, stdout: '', stderr: /^secret-tool: the name of attribute 1 is empty$/mu },
  },
  { args: ['store', '--label=L', 'v', ''], input: 'empty value' },
  { args: ['store', '--label=L', '--', '-d', '-v'], input: 'dashes' },
  { args: ['store', '--label=L', 'dash', '-', 'x', '-'], input: 'dashes' },
  { args: ['store', '--label=L', 'twice', 'one', 'twice', 'two'], input: 'the last' },
  { args: ['store', '--label=L', 'xdg:schema', 'org.example.Foo', 'k', 'v'], input: 'typed' },
  { args: ['store', '--label=L', '--collection=default', 'in', 'default'], input: 'd' },
  { args: ['store', '--label=L', '-c', 'session', 'in', 'session'], input: 's' },
  { args: ['store', '--label=L', '-c', 'login', 'in', 'login'], input: 'l' },
  {
    args: ['store', '--label=L', '-c', '/org/freedesktop/secrets/collection/login', 'in', 'path'],
    input: 'p',
  },
  {
    args: ['store', '--label=L', '--collection=nonesuch', 'x', 'y'],
    input: 'x',
    differs: 'words',
    theirs: { code: 1, stdout: '', stderr: /nonesuch/u },
    ours: { code: 1, stdout: '', stderr: /^\nsecret-tool: collection: expected [^\n]*$/u },
  },
  { args: '"$PROGRAM" store --label=Null null 1 </dev/null' },
  {
    args: '"$PROGRAM" store --label=Closed closed 1 <&-',
    differs: 'closed-stdin',
    theirs: { code: 1, stderr: /Bad file descriptor/u },
    ours: { code: 0, stdout: '', stderr: '' },
  },
  { args: ['store', '--label=Long', 'long', 'est'], input: 'x'.repeat(8191) },
  { args: ['lookup', 'long', 'est'] },
  {
    args: ['store', '--label=Longer', 'long', 'er'],
    input: 'x'.repeat(10_000),
    differs: 'size',
    theirs: { code: 0, stderr: /too long/u },
    ours: { code: 0, stdout: '', stderr: '' },
  },
  {
    args: ['lookup', 'long', 'er'],
    differs: 'size',
    theirs: { code: 0, stdout: 'x'.repeat(8192) },
    ours: { code: 0, stdout: 'x'.repeat(10_000), stderr: '' },
  },
  // lookup
  { args: ['lookup'] },
  { args: ['lookup', 'a'] },
  { args: ['lookup', 'a', 'b', 'c'] },
  { args: ['lookup', '-'] },
  { args: ['lookup', '--frob', 'a', 'b'] },
  { args: ['lookup', '-c', 'default', 'a', 'b'] },
  { args: ['lookup', '--', 'a', 'b', '--'] },
  { args: 'exec "$PROGRAM" lookup a $\'\\xff\'' },
  { args: ['lookup', 'a', 'b'] },
  { args: ['lookup', 'a', 'b3'] },
  { args: ['lookup', 'a', 'b4'] },
  { args: ['lookup', 'a', 'b', '--'] },
  { args: ['lookup', '--', 'a', 'b'] },
  { args: ['lookup', 'a', '--', 'b'] },
  { args: ['lookup', '--', 'a', '--', 'b', 'c'] },
  { args: ['lookup', '--', '-d', '-v'] },
  { args: ['lookup', 'ключ', 'значение 🗝'] },
  { args: ['lookup', 'v', ''] },
  { args: ['lookup', 'twice', 'two'] },
  { args: ['lookup', 'xdg:schema', 'org.example.Foo'] },
  { args: ['lookup', 'in', 'session'] },
  { args: ['lookup', 'a', 'none'] },
  { args: ['lookup', 'null', '1'] },
  {
    args: '"$PROGRAM" lookup a b >/dev/full',
    differs: 'full-output',
    theirs: { code: 1 },
    ours: { code: 7, stderr: /cannot be written/u },
  },
  // search
  { args: ['search'] },
  { args: ['search', 'a'] },
  { args: ['search', '--frob', 'a', 'b'] },
  { args: ['search', '--al', 'a', 'b'] },
  {
    args: ['search', '-a=x', 'a', 'b'],
    differs: 'no-echo',
    theirs: { code: 2, stderr: /^Unknown option -a=x$/mu },
    ours: { code: 2, stdout: '', stderr: /^Unknown option$/mu },
  },
  { args: ['search', 'a', 'none'] },
  { args: ['search', '--all', 'a', 'none'] },
  { args: ['search', 'a', 'b'] },
  { args: ['search', '--all', 'a', 'b'] },
  { args: ['search', '-a', 'a', 'b'] },
  { args: ['search', '-aa', 'a', 'b'] },
  { args: ['search', '--all=x', 'a', 'b'] },
  { args: ['search', '--unlock', 'a', 'b'] },
  { args: ['search', '--all', '--unlock', 'a', 'b3'] },
  { args: ['search', 'dash', '-'] },
  { args: ['search', 'e', 'f'] },
  { args: ['search', 'ключ', 'значение 🗝'] },
  { args: ['search', 'xdg:schema', 'org.example.Foo'] },
  { args: ['search', 'null', '1'] },
  { args: ['search', 'app', 'demo'] },
  // clear
  { args: ['clear'] },
  { args: ['clear', 'a'] },
  { args: ['clear', '--frob', 'a', 'b'] },
  { args: ['clear', 'a', 'none'] },
  { args: ['clear', 'a', 'b'] },
  { args: ['lookup', 'a', 'b'] },
  { args: ['clear', 'a', 'b'] },
  // a secret that is no text
  { args: ['store', '--label=Bytes', 'no', 'text'], input: Uint8Array.of(0xff, 0x01, 0x80) },
  { args: ['lookup', 'no', 'text'] },
  { args: ['search', 'no', 'text'] },
  { args: ['store', '--label=Bytes', 'no', 'text'], input: Uint8Array.of(0x61, 0x00, 0x62) },
  { args: ['lookup', 'no', 'text'] },
  { args: ['search', 'no', 'text'] },
  // an item that has more attributes than the one that is stored
  { args: ['search', '--all', 'app', 'demo'] },
  { args: ['store', '--label=Second', 'app', 'demo'], input: 'second' },
  {
    args: ['search', '--all', 'app', 'demo'],
    differs: 'neighbour',
    theirs: { stdout: /^(?!.*hunter2)/su },
    ours: { code: 0, stdout: /hunter2/u },
  },
  // what both explain, each in its words
  ...['store', 'lookup', 'search', 'clear', 'lock'].flatMap((form) =>
    [[form, '--help'], [form, '-h'], ...(form === 'lookup' ? [[form, '-?']] : [])].map((args) => ({
      args,
      differs: 'words',
      theirs: { code: 0, stdout: /^Usage:\n/u, stderr: '' },
      ours: { code: 0, stdout: /^Usage:\n {2}secret-tool /u, stderr: '' },
    })),
  ),
];

const LOCKS: readonly Line[] = ['', '--collection=login', '-c login', '-c default', 'x y'].map(
  (operands) => ({
    args: `"$PROGRAM" lock ${operands}; echo "code $?"`,
    differs: 'lock',
    theirs: { stdout: /^code 1(?:\d\d)?$/mu },
    ours: { stdout: /^code 0$/mu, stderr: '' },
  }),
);

/** Where that program is silent, as for what is not there. */
function withheld(code: 3 | 4): readonly Line[] {
  const differs = code === 3 ? 'locked' : 'dismissed';
  const ours = { code, stdout: '', stderr: /^\nsecret-tool: [^\n]+$/u };
  const silent = { code: 1, stdout: '', stderr: '' };
  return [
    ...[
      ['lookup', 'app', 'demo'],
      ['clear', 'app', 'demo'],
      ['lookup', 'app', 'none'],
      ['clear', 'app', 'none'],
    ].map((args) => ({ args, differs, theirs: silent, ours })),
    {
      args: ['search', 'app', 'none'],
      differs: 'locked',
      theirs: { ...silent, code: 0 },
      ours: { ...ours, code: 3 },
    },
    {
      args: ['search', '--unlock', 'app', 'demo'],
      differs,
      theirs: { code: 0, stdout: /^label = First$/mu },
      ours,
    },
    {
      args: ['store', '--label=L', 'a', 'b'],
      input: 'x',
      differs,
      theirs: { code: 1, stdout: '', stderr: /^\nsecret-tool: [^\n]+$/u },
      ours,
    },
    {
      args: ['search', 'app', 'demo'],
      differs: 'words',
      theirs: { code: 0, stdout: /^label = First\ncreated/mu, stderr: /locked/u },
      ours: { code: 0, stdout: /^label = First\ncreated/mu, stderr: /locked/u },
    },
  ];
}

const UNLOCKING: readonly Line[] = [
  { args: ['lookup', 'app', 'demo'] },
  { args: ['search', 'app', 'demo'] },
];

const UNLOCKING_TO_STORE: readonly Line[] = [
  { args: ['store', '--label=L', 'a', 'b'], input: 'x' },
  { args: ['search', '--unlock', '--all', 'app', 'demo'] },
  { args: ['lookup', 'a', 'b'] },
];

const NO_KEYRING: readonly Line[] = [
  { args: ['lookup', 'app', 'demo'] },
  { args: ['search', 'app', 'demo'] },
  { args: ['clear', 'app', 'demo'] },
];

const NO_BUS: readonly Line[] = ['lookup a b', 'search a b', 'clear a b', 'store -l L a b'].map(
  (form) => ({
    args: `DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus "$PROGRAM" ${form}`,
    differs: 'words',
    theirs: { code: 1, stdout: '' },
    ours: { code: 1, stdout: '', stderr: /^\nsecret-tool: [^\n]*\/nonexistent\/bus[^\n]*$/u },
  }),
);

/** With a display a dialog that is closed at once was closed by a person. */
const DISPLAYED = { DISPLAY: ':77' };

const covered = new Set<string>();
const missing = requires('dbus-daemon', 'gnome-keyring', 'mock-prompter', 'secret-tool');

function transcript(
  name: string,
  options: GnomeKeyringOptions,
  lines: readonly Line[],
  extra: Readonly<Record<string, string>> = {},
): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using theirs = await bootGnomeKeyring({ seed: FIRST, ...options });
    await using ours = await bootGnomeKeyring({ seed: FIRST, ...options });
    const sides = {
      program: 'secret-tool',
      theirs: { path: '/usr/bin/secret-tool', env: { ...theirs.env, ...extra } },
      ours: { ...ours.env, ...extra },
    };
    for (const reason of await compareTranscripts(sides, lines)) covered.add(reason);
  });
}

transcript('every form, right and wrong', {}, FORMS);
transcript('lock, in each form', {}, LOCKS);
transcript('locked, and nobody to ask', { state: 'locked' }, withheld(3));
for (const [name, prompter, lines] of [
  ['a prompt that is dismissed', 'dismiss', withheld(4)],
  ['a prompt that is answered', 'accept', UNLOCKING],
  ['a prompt that is answered, to store', 'accept', UNLOCKING_TO_STORE],
] as const) {
  transcript(name, { state: 'locked', prompter }, lines, DISPLAYED);
}
transcript('no keyring yet', { state: 'none' }, NO_KEYRING);
transcript('no bus', {}, NO_BUS);

if (missing === undefined) {
  test('every reason is needed by some line, and stands in the document', () => {
    assert.deepEqual([...covered].sort(), Object.keys(REASONS).sort());
    const document = readFileSync(new URL('../../../docs/PROGRAMS.md', import.meta.url), 'utf8');
    const flat = document.replace(/\s+/gu, ' ');
    for (const reason of Object.values(REASONS)) assert.ok(flat.includes(reason), reason);
  });
}
