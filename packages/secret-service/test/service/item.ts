import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Item } from '../../src/service/item.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, errorReply, ITEM, plainSecret } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const ATTRIBUTES = new Map([
  ['a', '1'],
  ['Uuid', 'u'],
]);

function scriptedItem(
  scripts: Parameters<typeof scriptedContext>[0] = {},
  profile: Parameters<typeof scriptedContext>[1] = {},
) {
  const made = scriptedContext(scripts, { lockedWritesReportSuccess: false, ...profile });
  return { ...made, item: new Item(made.context, ITEM) };
}

test('it knows where it is, and asks for the rest', async () => {
  const { item } = scriptedItem({
    'Get Modified': () => ['v', new Variant('t', 5n)],
    'Get Created': () => ['v', new Variant('t', 0n)],
    GetSecret: () => ['(oayays)', plainSecret('secret')],
  });
  assert.equal(item.path, ITEM);
  assert.equal(item.collectionPath, COLLECTION);
  assert.equal(await item.label(), 'label');
  assert.equal(await item.isLocked(), false);
  assert.deepEqual(await item.modified(), new Date(5000));
  assert.equal(await item.created(), undefined);
  assert.equal((await item.getSecret()).text(), 'secret');
  await item.ensureNotLocked();
});

test('what the daemon adds is not among its attributes', async () => {
  const { item } = scriptedItem(
    { 'Get Attributes': () => ['v', new Variant('a{ss}', ATTRIBUTES)] },
    { addedAttributes: ['Uuid'] },
  );
  assert.deepEqual(await item.attributes(), new Map([['a', '1']]));
});

// @rule secret/attributes-verified
test('attributes that cannot be taken away are reported', async () => {
  const { item } = scriptedItem(
    { 'Get Attributes': () => ['v', new Variant('a{ss}', ATTRIBUTES)] },
    { attributesOnlyAdd: true, addedAttributes: ['Uuid'] },
  );
  await item.setAttributes({ a: '1' });
  const error = await failsWith('not-supported', item.setAttributes({ b: '2' }));
  assert.notEqual(error.advice, '');
  assert.equal(error.mayHaveHappened, true);
});

test('bad input is refused and nothing is sent', async () => {
  const { item, daemon } = scriptedItem({}, { reservedAttributes: ['Uuid'] });
  await failsWith('invalid-argument', item.setLabel('a\0'));
  await failsWith('invalid-attributes', item.setAttributes({ a: 'b\ud800' }));
  await failsWith('invalid-attributes', item.setAttributes({ Uuid: 'u' }));
  await failsWith('invalid-argument', Reflect.apply(item.setSecret, item, [7]));
  assert.deepEqual(daemon.members, []);
});

// @rule secret/references-refused
// @rule secret/placeholders-are-bytes
test('what the daemon would fill in is refused, or stored as bytes', async () => {
  const { item, daemon } = scriptedItem({}, { fillsPlaceholders: true });
  await failsWith('not-supported', item.setSecret('{REF:P@T:x}'));
  await failsWith('invalid-argument', item.setLabel('{REF:P@T:x}'));
  assert.ok(!daemon.members.some((member) => member.startsWith('Set')));
  await item.setSecret('of {TITLE}');
  assert.ok(JSON.stringify(daemon.calls.at(-1)?.body).includes('application/octet-stream'));
});

// @rule secret/safe-relabel
test('a label that would damage the secret moves the item to a verified copy', async () => {
  const { item, daemon } = scriptedItem(
    {
      GetSecret: () => ['(oayays)', plainSecret('secret')],
      'Get Attributes': () => ['v', new Variant('a{ss}', ATTRIBUTES)],
      CreateItem: () => ['oo', `${ITEM}9`, '/'],
    },
    { labelsHaveFolders: true },
  );
  await item.setLabel('no folder');
  assert.equal(item.path, ITEM);
  assert.ok(daemon.members.includes('Set Label'));
  await item.setLabel('folder/label');
  assert.equal(item.path, `${ITEM}9`);
});

// @rule secret/hidden-is-locked
test('missing because its collection is locked is locked', async () => {
  const { item } = scriptedItem({
    'Get Label': () => errorReply('UnknownObject'),
    'Get Locked': () => ['v', new Variant('b', true)],
    Delete: () => errorReply('UnknownObject'),
  });
  await failsWith('locked', item.label());
  await failsWith('locked', item.delete());
  await failsWith('locked', item.ensureNotLocked());
});

test('a read is repeated when the daemon was replaced, a write is not', async () => {
  const made = scriptedItem({
    'Get Label': () => {
      if (made.daemon.members.length > 1) return ['v', new Variant('s', 'again')];
      made.daemon.changeOwner(':1.9');
      return new Promise(() => {});
    },
    'Set Label': () => {
      made.daemon.changeOwner(':1.10');
      return new Promise(() => {});
    },
  });
  assert.equal(await made.item.label(), 'again');
  const error = await failsWith('owner-changed', made.item.setLabel('x'));
  assert.equal(error.mayHaveHappened, true);
});

// @rule secret/schema-taken-away
test('a schema that should go is taken away where the daemon would keep it', async () => {
  for (const keepsSchema of [true, false]) {
    const sent: unknown[] = [];
    const { item } = scriptedItem(
      {
        'Set Attributes': (call) => {
          const value = call.body?.[2];
          if (value instanceof Variant) sent.push(value.value);
          return [''];
        },
      },
      { keepsSchema },
    );
    await item.setAttributes({ a: '1' });
    await item.setAttributes({ a: '1', 'xdg:schema': 'x.Y' });
    const generic = keepsSchema ? [['xdg:schema', 'org.freedesktop.Secret.Generic']] : [];
    const pairs = sent.map((map) => (map instanceof Map ? [...map] : map));
    assert.deepEqual(pairs, [
      [['a', '1'], ...generic],
      [
        ['a', '1'],
        ['xdg:schema', 'x.Y'],
      ],
    ]);
  }
});

test('a secret is written before the promise resolves, and a refusal is told', async () => {
  const { item, daemon } = scriptedItem();
  await item.setSecret('secret');
  assert.equal(daemon.members.at(-1), 'SetSecret');
  const refusing = scriptedItem({
    SetSecret: () => errorReply('AccessDenied'),
    'Set Attributes': () => errorReply('AccessDenied'),
  });
  await failsWith('denied', refusing.item.setSecret('secret'));
  await failsWith('denied', refusing.item.setAttributes({ a: '1' }));
});

// @rule secret/locked-write-refused
test('a locked one is written to by nothing where the daemon would only say that it was', async () => {
  const { context, daemon } = scriptedContext({
    'Get Locked': () => ['v', new Variant('b', true)],
  });
  const item = new Item(context, ITEM);
  await failsWith('locked', item.setSecret('secret'));
  await failsWith('locked', item.setLabel('new'));
  await failsWith('locked', item.setAttributes({ a: '1' }));
  await failsWith('locked', item.delete());
  const writes = ['SetSecret', 'Set Label', 'Set Attributes', 'Delete'];
  assert.deepEqual(
    daemon.members.filter((member) => writes.includes(member)),
    [],
  );
});
