import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseTextKeyring } from '../../src/formats/text-keyring.ts';
import { throwsCode } from '../support/codes.ts';
import { surviveDamage } from '../support/fuzz.ts';
import { text, utf8 } from '../support/memory-io.ts';
import { assertItems, readVector } from '../support/vectors.ts';

const parse = (source: string) => parseTextKeyring(utf8(source));
const withItem = (lines: string) => parse(`[keyring]\n\n[1]\n${lines}\n`);

test('the file of gnome-keyring is read', () => {
  const { vector, bytes } = readVector('text-gnome-keyring');
  const keyring = parseTextKeyring(bytes);
  assertItems(keyring.items, vector);
  assert.equal(keyring.format, 'text');
  assert.equal(keyring.label, 'Pl ain');
  assert.deepEqual(keyring.rejected, []);
});

test('comments, spaces, line ends and repeated groups are read as GLib reads them', () => {
  const keyring = parse(
    '# comment\r\n\r\n  [keyring]  \r\n display-name = A\\sB \r\n[1]\nsecret=x\n[2]\nsecret=y\n[1]\nctime=5\n',
  );
  assert.equal(keyring.label, 'A B ');
  assert.deepEqual(
    keyring.items.map((item) => [item.id, text(item.readSecret()), item.created]),
    [
      ['1', 'x', 5],
      ['2', 'y', 0],
    ],
  );
  assert.equal(parse('[keyring]').label, undefined);
});

test('what else a group says is passed over, under a name of one letter too', () => {
  assert.equal(text(withItem('x=1\nsecret=ok').items[0]?.readSecret() ?? utf8('')), 'ok');
});

test('a line that is none is told by its number', () => {
  assert.throws(() => parse('[keyring]\n\nnothing\n'), {
    message: /on line 3, got 7 characters$/u,
  });
});

test('attributes are text or numbers; one without a name is none', () => {
  const { items } = parse(
    '[keyring]\n[1]\nitem-type=1\nsecret=\n' +
      '[1:attribute0]\nname=a\\sb\nvalue=v\\n\\t\\r\\\\\n[1:attribute1]\nname=n\ntype=uint32\nvalue=4294967295\n' +
      '[1:attribute2]\ntype=string\nvalue=x\n[1:attribute3]\nname=empty\n' +
      '[1:acl0]\nname=no\nvalue=no\n[2:attribute0]\nname=other\nvalue=x\n',
  );
  assert.deepEqual(
    items[0]?.attributes,
    new Map([
      ['a b', 'v\n\t\r\\'],
      ['n', '4294967295'],
      ['empty', ''],
      ['xdg:schema', 'org.gnome.keyring.NetworkPassword'],
    ]),
  );
});

// @rule file/text-secret-verbatim
test('a textual secret is taken as it stands, a binary one is hexadecimal', () => {
  assert.equal(text(withItem('secret=a\\tb\\').items[0]?.readSecret() ?? utf8('')), 'a\\tb\\');
  assert.deepEqual(withItem('binary-secret=ff00').items[0]?.readSecret(), Uint8Array.of(255, 0));
  assert.deepEqual(withItem('ctime=1').items[0]?.readSecret(), new Uint8Array());
});

test('a damaged item is rejected alone', () => {
  for (const lines of [
    'binary-secret=0g',
    'ctime=x',
    'mtime=-1',
    'mtime=99999999999999999',
    'item-type=1.5',
    'display-name=\\x',
    'display-name=\\',
    '[1:attribute0]\nname=n\ntype=uint32\nvalue=99bottles',
  ]) {
    const keyring = withItem(`${lines}\n[2]\nsecret=ok`);
    assert.deepEqual(
      keyring.items.map(({ id }) => id),
      ['2'],
      lines,
    );
    assert.deepEqual(
      keyring.rejected.map(({ id, error }) => [id, error.code]),
      [['1', 'malformed']],
    );
  }
});

// @rule file/text-first-group
test('what does not begin with [keyring] is no keyring', () => {
  for (const source of [
    '',
    '# only a comment',
    '[other]\n[keyring]\n',
    'key=value\n[keyring]\n',
    '[]\n',
  ]) {
    throwsCode('not-a-keyring-file', () => parse(source));
  }
});

test('lines that are neither a group nor a pair are refused', () => {
  throwsCode('malformed', () => parse('[keyring]\nno pair\n'));
  throwsCode('malformed', () => parse('[keyring]\n=value\n'));
  throwsCode('malformed', () => parse('[keyring]\n[open\n'));
  throwsCode('malformed', () => parse('[keyring]\ndisplay-name=\\q\n'));
  throwsCode('malformed', () => parseTextKeyring(Uint8Array.of(0xff, 0xfe)));
});

// @rule file/text-size
test('a text keyring has its own limit: each of its lines becomes a text', () => {
  const bytes = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x0a);
  bytes.set(new TextEncoder().encode('[keyring]\n'));
  throwsCode('too-large', () => parseTextKeyring(bytes));
  const fitting = new Uint8Array(16 * 1024 * 1024).fill(0x23);
  fitting.set(new TextEncoder().encode('[keyring]\n'));
  assert.deepEqual(parseTextKeyring(fitting).items, []);
});

// @rule file/item-limit
// @rule file/attribute-limit
test('more items or attributes than a keyring may have are refused', () => {
  const groups = (count: number, suffix: string): string =>
    Array.from({ length: count }, (_, at) => `[${at}${suffix}]\n`).join('');
  const items = groups(100_000, '');
  assert.equal(parse(`[keyring]\n${items}[0]\n`).items.length, 100_000);
  throwsCode('too-large', () => parse(`[keyring]\n${items}[more]\n`));
  throwsCode('too-large', () => parse(`[keyring]\n${groups(1_000_000, ':a')}`));
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(readVector('text-gnome-keyring').bytes, parseTextKeyring);
});
