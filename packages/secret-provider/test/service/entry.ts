import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  entryOf,
  filledIn,
  hasReference,
  isRefusedAttribute,
  isText,
  matchesEntry,
  shownAttributes,
} from '../../src/service/entry.ts';
import type { StoredItem } from '../../src/stores/store.ts';

function entry(attributes: Readonly<Record<string, string>>, label = 'lbl'): StoredItem {
  const secret = new TextEncoder().encode('secret');
  const pairs = new Map(Object.entries(attributes));
  const times = { created: 0, modified: 0 };
  return { id: '7', label, attributes: pairs, secret, contentType: 'text/plain', ...times };
}

const found = (item: StoredItem, wanted: Readonly<Record<string, string>>): boolean =>
  matchesEntry(item, new Map(Object.entries(wanted)));

test('P4, P13: which attributes an entry takes, and what it makes of them', () => {
  for (const name of ['Uuid', 'Path', 'TOTP', 'Password']) {
    assert.equal(isRefusedAttribute([name, 'x']), true);
  }
  for (const name of ['Title', 'UserName', 'URL', 'Notes', 'uuid', 'k']) {
    assert.equal(isRefusedAttribute([name, 'x']), false);
  }
  const given = new Map([
    ['Title', 'T'],
    ['k', 'v'],
  ]);
  assert.deepEqual(entryOf({ label: 'L', attributes: given }), {
    label: 'T',
    attributes: new Map([['k', 'v']]),
  });
  const plain = { label: 'L', attributes: new Map([['k', 'v']]) };
  assert.deepEqual(entryOf(plain), plain);
  assert.deepEqual(Object.fromEntries(shownAttributes(entry({ UserName: 'me', k: 'v' }))), {
    Title: 'lbl',
    UserName: 'me',
    URL: '',
    Notes: '',
    Uuid: '7',
    Path: '/lbl',
    k: 'v',
  });
});

test('P25, P28: a search compares with all fields, the secret among them, and with a newline more', () => {
  const item = entry({ k: 'v', nl: 'x\n' });
  for (const wanted of [
    { k: 'v' },
    { nl: 'x' },
    { nl: 'x\n' },
    { Title: 'lbl' },
    { Path: '/lbl' },
    { Uuid: '7' },
    { URL: '' },
    { Password: 'secret' },
    { k: 'v', Title: 'lbl' },
  ] as Record<string, string>[]) {
    assert.equal(found(item, wanted), true, JSON.stringify(wanted));
  }
  assert.equal(found({ ...item, contentType: 'a/b' }, { Password: 'secret' }), false);
  for (const wanted of [
    { k: 'V' },
    { K: 'v' },
    { k: 'v\n' },
    { none: '' },
    { Password: 'other' },
    { k: 'v', Title: 'x' },
  ] as Record<string, string>[]) {
    assert.equal(found(item, wanted), false, JSON.stringify(wanted));
  }
});

test('P24: no value of more than 32,762 characters is found, of those beyond U+FFFF 21,841', () => {
  for (const [character, most] of [
    ['a', 32_762],
    ['\u{1f600}', 21_841],
  ] as const) {
    for (const count of [most, most + 1]) {
      const value = character.repeat(count);
      assert.equal(found(entry({ k: value }), { k: value }), count === most);
    }
  }
});

test('P26: what stands for a field is filled in, and what is filled in as well', () => {
  const item = entry({ k: '{TITLE}!', UserName: 'me' }, 'l{S:q}');
  const filled = (text: string): string => filledIn(text, item);
  assert.equal(filled('{title}|{USERNAME}|{URL}|{S:k}|{S:K}'), 'l|me||l!|');
  for (const text of ['{UUID}', '{s:k}', '{TITLE', '{}', 'a{b}c', '{"a":1}']) {
    assert.equal(filled(text), text);
  }
  assert.equal(filled('{{TITLE}}'), '{l}');
  assert.equal(filledIn('{TITLE}', entry({}, '{TITLE}')), '{TITLE}');
});

test('P27: a reference is one in any case and anywhere', () => {
  for (const text of ['{REF:P@T:x}', 'a{ref:u@i:00}b']) assert.equal(hasReference(text), true);
  for (const text of ['{REF:Z@T:x}', '{REF:P@Z:x}', '{REF:P@T:x', '{REF:P@T:}', 'REF']) {
    assert.equal(hasReference(text), false);
  }
  assert.equal(isRefusedAttribute(['k', '{REF:P@T:x}']), true);
});

test('text is what begins so', () => {
  assert.deepEqual(['text/plain', 'text/', 'TEXT/plain', 'a/text/'].map(isText), [
    true,
    true,
    false,
    false,
  ]);
});
