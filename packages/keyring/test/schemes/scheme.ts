// @rule keyring/exact-entries
// @rule keyring/schema-not-relied-on
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { checkWritable, defineScheme } from '../../src/schemes/scheme.ts';
import { schemeNamed } from '../../src/schemes/schemes.ts';
import { failsWith } from '../support/failing.ts';

const PLAIN = {
  name: 'plain',
  title: '',
  service: 'service',
  username: 'user',
  label: '{username}',
};
const nothingAdded = (): boolean => false;

function items(...pairs: [string, string][]): Map<string, string> {
  return new Map(pairs);
}

test('a key becomes attributes, with a schema in any case', () => {
  const scheme = defineScheme(PLAIN);
  assert.deepEqual(
    [...scheme.attributes({ service: 's', username: 'u' })],
    [
      ['service', 's'],
      ['user', 'u'],
      ['xdg:schema', 'org.freedesktop.Secret.Generic'],
    ],
  );
  const named = defineScheme({ ...PLAIN, schema: 'org.example.Kind', written: { tool: 'x' } });
  assert.deepEqual([...named.attributes({ service: 's', username: 'u' })].slice(2), [
    ['tool', 'x'],
    ['xdg:schema', 'org.example.Kind'],
  ]);
});

test('what a row leaves out has a default', () => {
  const plain = defineScheme(PLAIN);
  assert.deepEqual(
    [plain.access, plain.scope, plain.hasGroup, plain.allowsEmptyUsername],
    ['read-write', 'default', false, false],
  );
  const nameless = defineScheme({ name: 'n', title: '', service: 'service', label: '' });
  assert.equal(nameless.allowsEmptyUsername, true);
  const told = defineScheme({ ...PLAIN, scope: 'all', group: 'g', allowsEmptyUsername: true });
  assert.deepEqual([told.scope, told.hasGroup, told.allowsEmptyUsername], ['all', true, true]);
  const attributes = items(['service', 's'], ['user', 'u'], ['g', 'work']);
  assert.deepEqual(told.keyOf(attributes, nothingAdded), {
    service: 's',
    username: 'u',
    group: 'work',
  });
});

test('a search asks for what the filter gives, and never for the schema beside it', () => {
  const scheme = defineScheme({ ...PLAIN, schema: 'org.example.Kind', constants: { kind: 'k' } });
  assert.deepEqual(
    [...(scheme.query({ service: 's' }) ?? [])],
    [
      ['kind', 'k'],
      ['service', 's'],
    ],
  );
  assert.deepEqual([...(defineScheme(PLAIN).query({}) ?? [])], []);
  const bySchema = defineScheme({ ...PLAIN, schema: 'org.example.Kind' });
  assert.deepEqual([...(bySchema.query({}) ?? [])], [['xdg:schema', 'org.example.Kind']]);
});

test('an item without a schema, or a generic one, is of a scheme without its own', () => {
  const scheme = defineScheme(PLAIN);
  const key = { service: 's', username: 'u' };
  const base = [
    ['service', 's'],
    ['user', 'u'],
  ] as [string, string][];
  assert.deepEqual(scheme.keyOf(items(...base), nothingAdded), key);
  const generic: [string, string] = ['xdg:schema', 'org.freedesktop.Secret.Generic'];
  assert.deepEqual(scheme.keyOf(items(...base, generic), nothingAdded), key);
  const foreign: [string, string] = ['xdg:schema', 'org.example.Kind'];
  assert.equal(scheme.keyOf(items(...base, foreign), nothingAdded), undefined);
  const own = defineScheme({ ...PLAIN, schema: 'org.example.Kind' });
  assert.deepEqual(own.keyOf(items(...base, foreign), nothingAdded), key);
  assert.equal(own.keyOf(items(...base), nothingAdded), undefined);
});

test('an item with more attributes is somebody else’s, but for the program and the store’s own', () => {
  const scheme = defineScheme({ ...PLAIN, ignored: ['seen'] });
  const with_ = (name: string): unknown =>
    scheme.keyOf(items(['service', 's'], ['user', 'u'], [name, 'x']), (added) => added === 'Uuid');
  assert.equal(with_('other'), undefined);
  assert.equal(with_('group'), undefined);
  assert.deepEqual(with_('application'), { service: 's', username: 'u' });
  assert.deepEqual(with_('Uuid'), { service: 's', username: 'u' });
  assert.deepEqual(with_('seen'), { service: 's', username: 'u' });
  assert.equal(scheme.keyOf(items(['service', 's']), nothingAdded), undefined);
  assert.equal(scheme.keyOf(items(['user', 'u']), nothingAdded), undefined);
});

test('constants tell the items of one program from those of another', () => {
  const scheme = defineScheme({ ...PLAIN, constants: { application: 'mine' } });
  const base: [string, string][] = [
    ['service', 's'],
    ['user', 'u'],
  ];
  assert.equal(scheme.keyOf(items(...base), nothingAdded), undefined);
  assert.equal(scheme.keyOf(items(...base, ['application', 'x']), nothingAdded), undefined);
  assert.notEqual(scheme.keyOf(items(...base, ['application', 'mine']), nothingAdded), undefined);
});

test('a scheme refuses what it has no place for', async () => {
  const scheme = defineScheme(PLAIN);
  const grouped = { service: 's', username: 'u', group: 'g' };
  await failsWith('scheme-has-no-group', () => scheme.attributes(grouped));
  assert.equal(scheme.query(grouped), undefined);
  const nameless = defineScheme({ name: 'n', title: '', service: 'service', label: '' });
  const misplaced = await failsWith('invalid-argument', () =>
    nameless.attributes({ service: 's', username: 'u' }),
  );
  assert.match(misplaced.message, /a key that it has a place for/u);
  assert.deepEqual(nameless.keyOf(items(['service', 's']), nothingAdded), {
    service: 's',
    username: '',
  });
  const fixed = defineScheme({
    name: 'f',
    title: '',
    fixedService: 'one',
    username: 'u',
    label: '',
  });
  assert.equal(fixed.query({ service: 'two' }), undefined);
  assert.deepEqual(fixed.keyOf(items(['u', 'x']), nothingAdded), { service: 'one', username: 'x' });
  await failsWith('invalid-argument', () => defineScheme({ name: 'x', title: '', label: '' }));
  await failsWith('invalid-argument', () => defineScheme({ ...PLAIN, name: '' }));
});

test('a scheme that files by schema takes no generic one for a service', () => {
  const scheme = defineScheme({ name: 'm', title: '', service: 'xdg:schema', label: '' });
  const of = (schema: string): unknown => scheme.keyOf(items(['xdg:schema', schema]), nothingAdded);
  assert.deepEqual(of('my cache'), { service: 'my cache', username: '' });
  assert.equal(of('org.freedesktop.Secret.Generic'), undefined);
  assert.equal(scheme.keyOf(items(), nothingAdded), undefined);
  assert.deepEqual(
    [...scheme.attributes({ service: 'my cache', username: '' })],
    [['xdg:schema', 'my cache']],
  );
});

test('labels are filled in', () => {
  const scheme = defineScheme({
    ...PLAIN,
    group: 'g',
    label: '{username}@{service}{group}{app} {x}',
  });
  const key = { service: '{username}', username: 'u' };
  assert.equal(scheme.label(key, undefined), 'u@{username} ');
  assert.equal(scheme.label({ ...key, group: 'work' }, 'App'), 'u@{username}, work (App) ');
});

// @rule keyring/foreign-writes-asked-for
test("other programs' items are written only where that was asked for", async () => {
  checkWritable(schemeNamed('keytar'), {});
  checkWritable(schemeNamed('azure-cli'), { allowForeignWrites: true });
  await failsWith('scheme-opt-in', () => checkWritable(schemeNamed('azure-cli'), {}));
  const always = { allowForeignWrites: true };
  await failsWith('scheme-read-only', () => checkWritable(schemeNamed('chromium'), always));
});

test('a search for a group asks for it; what is not given is not asked for', () => {
  const scheme = defineScheme({ ...PLAIN, group: 'realm' });
  assert.equal(scheme.query({ group: 'g' })?.get('realm'), 'g');
  assert.deepEqual([...(scheme.query({ service: 's' })?.keys() ?? [])], ['service']);
  assert.equal(defineScheme(PLAIN).query({ group: 'g' }), undefined);
  const key = { service: 's', username: 'u', group: 'g' };
  assert.deepEqual(scheme.keyOf(scheme.attributes(key), nothingAdded), key);
});

test('a scheme says its name and whose it is; a row needs a name and a place for the service', async () => {
  const scheme = defineScheme({ ...PLAIN, name: 'mine', title: 'my program' });
  assert.deepEqual([scheme.name, scheme.title], ['mine', 'my program']);
  for (const row of [
    { ...PLAIN, name: '' },
    { name: 'n', title: '', username: 'user', label: '' },
  ]) {
    await failsWith('invalid-argument', () => defineScheme(row));
  }
});

test('with one service for all its entries, no other is of it', () => {
  const scheme = defineScheme({
    name: 'f',
    title: '',
    fixedService: 'f',
    username: 'u',
    label: '',
  });
  assert.equal(scheme.query({ service: 'other' }), undefined);
  assert.deepEqual([...(scheme.query({ service: 'f', username: 'x' }) ?? [])], [['u', 'x']]);
  assert.deepEqual(scheme.keyOf(items(['u', 'x']), nothingAdded), { service: 'f', username: 'x' });
});
