/** The schema's text: parsing, searching, changing, merging. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  addEntry,
  type CacheDocument,
  type CacheEntry,
  emptyDocument,
  formatDocument,
  keyOf,
  mergeDocuments,
  parseDocument,
  removeEntry,
  searchDocument,
} from '../../src/cache/cache-document.ts';

const TOKEN: CacheEntry = {
  credential_type: 'AccessToken',
  home_account_id: 'UID.Utid',
  environment: 'login.example.org',
  client_id: 'app',
  realm: 'tenant',
  target: 'user.read Mail.Read',
  secret: 's',
};

test('the keys are those of the schema', () => {
  const account = { home_account_id: 'U', environment: 'e', realm: 'R' };
  assert.deepEqual(
    [
      keyOf('AccessToken', TOKEN),
      keyOf('RefreshToken', { ...TOKEN, target: undefined }),
      keyOf('IdToken', TOKEN),
      keyOf('Account', account),
      keyOf('AppMetadata', { environment: 'e', client_id: 'App' }),
    ],
    [
      'uid.utid-login.example.org-accesstoken-app-tenant-user.read mail.read',
      'uid.utid-login.example.org-refreshtoken-app--',
      'uid.utid-login.example.org-idtoken-app-tenant-',
      'u-e-r',
      'appmetadata-e-App',
    ],
  );
  assert.equal(keyOf('Account', { ...account, realm: 5 }), 'u-e-');
  assert.equal(
    keyOf('RefreshToken', { ...TOKEN, target: 'Scope' }),
    'uid.utid-login.example.org-refreshtoken-app--scope',
  );
  assert.throws(() => keyOf('Password', TOKEN), { message: /^credential type: / });
});

test('what other libraries put there stays as it was', () => {
  const text = JSON.stringify({
    AccessToken: { 'a-b': { secret: 's', extra: [1, { deep: null }] } },
    'future section': { version: 3 },
    note: 'text',
    __proto__x: {},
  });
  const document = parseDocument(text, '/x');
  assert.deepEqual(JSON.parse(formatDocument(document)), JSON.parse(text));
  const added = addEntry(document, 'Account', { home_account_id: 'u' });
  const { Account: _account, ...others } = JSON.parse(formatDocument(added));
  assert.deepEqual(others, JSON.parse(text));
});

test('names that objects have by themselves are names like others', () => {
  const text = '{"AccessToken":{"__proto__":{"secret":"a"},"constructor":{"secret":"b"}}}';
  const document = parseDocument(text, '/x');
  assert.equal(searchDocument(document, 'AccessToken', {}).length, 2);
  assert.equal(formatDocument(document).replaceAll(/\s/gu, ''), text);
  assert.equal(searchDocument(document, 'constructor', {}).length, 0);
});

test('what is no cache is told by its length, and none of it is quoted', () => {
  for (const text of ['{"AccessToken": {"secret-token', '[]', 'null', '5']) {
    assert.throws(
      () => parseDocument(text, '/x'),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'malformed');
        assert.ok(!error.message.includes('secret-token'));
        assert.equal(error.cause, undefined);
        return true;
      },
    );
  }
});

test('a search takes fields and scopes', () => {
  const document = addEntry(addEntry(emptyDocument(), 'AccessToken', TOKEN), 'AccessToken', {
    ...TOKEN,
    target: 'other',
    client_id: 'app2',
  });
  const count = (fields: Record<string, unknown>): number =>
    searchDocument(document, 'AccessToken', fields).length;
  assert.equal(count({}), 2);
  assert.equal(count({ client_id: 'app' }), 1);
  assert.equal(count({ client_id: 'app', realm: 'other' }), 0);
  assert.equal(count({ target: 'Mail.Read' }), 1);
  assert.equal(count({ target: ['user.read', 'Mail.Read'] }), 1);
  assert.equal(count({ target: 'user.read absent' }), 0);
  assert.deepEqual(searchDocument(document, 'RefreshToken', {}), []);
});

// @rule token/scopes-asked-for
test('what is no set of scopes finds nothing of any scopes', () => {
  const document = addEntry(emptyDocument(), 'AccessToken', TOKEN);
  for (const target of [new Set(['absent']), { 0: 'absent' }, 5, null]) {
    assert.throws(() => searchDocument(document, 'AccessToken', { target }), {
      name: 'TypeError',
      message: /^target: expected scopes/u,
    });
  }
  assert.equal(searchDocument(document, 'AccessToken', { target: undefined }).length, 1);
});

test('an entry is replaced under its key, and removed also under a key of another library', () => {
  const one = addEntry(emptyDocument(), 'AccessToken', TOKEN);
  const two = addEntry(one, 'AccessToken', { ...TOKEN, secret: 't' });
  assert.equal(searchDocument(two, 'AccessToken', {}).length, 1);
  assert.equal(searchDocument(one, 'AccessToken', { secret: 's' }).length, 1);
  const foreign = parseDocument(JSON.stringify({ AccessToken: { 'key--': TOKEN } }), '/x');
  assert.equal(removeEntry(foreign, 'AccessToken', { ...TOKEN }).removed, 1);
  assert.equal(removeEntry(foreign, 'AccessToken', { ...TOKEN, secret: 'x' }).removed, 0);
});

test('a merge takes from each side what that side changed', () => {
  const make = (entries: Record<string, string>): CacheDocument =>
    parseDocument(
      JSON.stringify({
        A: Object.fromEntries(Object.entries(entries).map(([key, v]) => [key, { v }])),
      }),
      '/x',
    );
  const base = make({
    same: '0',
    ours: '0',
    theirs: '0',
    both: '0',
    oursGone: '0',
    theirsGone: '0',
  });
  const ours = make({ same: '0', ours: '1', theirs: '0', both: '1', theirsGone: '0', new1: '1' });
  const theirs = make({ same: '0', ours: '0', theirs: '2', both: '2', oursGone: '0', new2: '2' });
  assert.deepEqual(JSON.parse(formatDocument(mergeDocuments(base, ours, theirs))), {
    A: {
      same: { v: '0' },
      ours: { v: '1' },
      theirs: { v: '2' },
      both: { v: '1' },
      new1: { v: '1' },
      new2: { v: '2' },
    },
  });
});

test('an entry is told by its content, in whatever order its fields are', () => {
  const turned = Object.fromEntries(Object.entries(TOKEN).reverse());
  const of = (entry: CacheEntry): CacheDocument =>
    parseDocument(JSON.stringify({ AccessToken: { 'key--': entry } }), '/x');
  assert.equal(removeEntry(of(TOKEN), 'AccessToken', turned).removed, 1);
  const theirs = of({ ...TOKEN, secret: 't' });
  assert.deepEqual(mergeDocuments(of(TOKEN), of(turned), theirs), theirs);
});

test('a list is another content than an object', () => {
  const of = (value: unknown): CacheDocument =>
    parseDocument(JSON.stringify({ AccessToken: { key: { value } } }), '/x');
  for (const [base, ours] of [
    [[], {}],
    [{ a: 1 }, [['a', 1]]],
  ]) {
    assert.deepEqual(mergeDocuments(of(base), of(ours), of(base)), of(ours));
  }
});

test('what a merge leaves out is not there, not even by name', () => {
  const two = addEntry(addEntry(emptyDocument(), 'Account', { realm: 'a' }), 'Account', {});
  const { document: one } = removeEntry(two, 'Account', { realm: 'a' });
  const merged = mergeDocuments(two, one, two);
  assert.deepEqual(merged, one);
  assert.equal(removeEntry(merged, 'Account', { realm: 'a' }).removed, 0);
});

test('what became a section on both sides is as ours has it', () => {
  const [base, ours, theirs] = ['5', '{"a":{}}', '{"b":{}}'].map((section) =>
    parseDocument(`{"Other":${section}}`, '/x'),
  );
  assert.ok(base !== undefined && ours !== undefined && theirs !== undefined);
  assert.deepEqual(mergeDocuments(base, ours, theirs), ours);
});

test('what is a section no more on their side gives way to what ours made of it', () => {
  const [base, ours, theirs] = ['{"a":{}}', '{"b":{}}', '5'].map((section) =>
    parseDocument(`{"Other":${section}}`, '/x'),
  );
  assert.ok(base !== undefined && ours !== undefined && theirs !== undefined);
  assert.deepEqual(mergeDocuments(base, ours, theirs), ours);
  assert.deepEqual(mergeDocuments(base, base, theirs), theirs);
});

test('merging with what has not changed gives the other, whatever it is', () => {
  const section = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string()));
  const document = fc
    .dictionary(fc.string(), fc.oneof(section, fc.integer()))
    .map((json) => parseDocument(JSON.stringify(json), '/x'));
  const entries = (each: CacheDocument): unknown => {
    const json: Record<string, unknown> = JSON.parse(formatDocument(each));
    // An empty section and none are the same.
    return Object.fromEntries(
      Object.entries(json).filter(([, value]) => JSON.stringify(value) !== '{}'),
    );
  };
  fc.assert(
    fc.property(document, document, (base, other) => {
      assert.deepEqual(entries(mergeDocuments(base, base, other)), entries(other));
      assert.deepEqual(entries(mergeDocuments(base, other, base)), entries(other));
    }),
  );
});

test('what is no entry among entries stays, and takes no others with it', () => {
  const text = '{"AccessToken":{"a":{"realm":"s"},"odd":5,"none":null},"Other":[1],"Account":null}';
  const document = parseDocument(text, '/x');
  assert.equal(searchDocument(document, 'AccessToken', {}).length, 1);
  const added = addEntry(addEntry(document, 'AccessToken', { realm: 't' }), 'Account', {});
  const { document: removed } = removeEntry(added, 'AccessToken', { realm: 's' });
  const json: { AccessToken: object; Other: unknown } = JSON.parse(formatDocument(removed));
  assert.deepEqual(json.AccessToken, { odd: 5, none: null, '--accesstoken--t-': { realm: 't' } });
  assert.deepEqual(json.Other, [1]);
  const merged = formatDocument(mergeDocuments(document, document, removed));
  assert.deepEqual(JSON.parse(merged), json);
});

test('a section that entries cannot be put in makes it another file, and what is none is no entry', () => {
  for (const text of ['{"AccessToken":5}', '{"Account":[]}', '{"RefreshToken":"x"}']) {
    assert.throws(() => parseDocument(text, '/x'), { code: 'malformed' });
  }
  for (const entry of [5, 'x', null, undefined, []]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => addEntry(emptyDocument(), 'Account', entry), TypeError);
    assert.throws(
      () => Reflect.apply(removeEntry, undefined, [emptyDocument(), 'Account', entry]),
      {
        message: /^cache entry: expected an object/u,
      },
    );
  }
  assert.throws(
    () => Reflect.apply(searchDocument, undefined, [emptyDocument(), 'Account', null]),
    {
      message: /^fields: expected an object/u,
    },
  );
});
