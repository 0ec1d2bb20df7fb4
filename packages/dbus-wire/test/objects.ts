import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { exportObject, implement } from '../src/objects.ts';
import { CALCULATOR, calculator } from './support/calculator.ts';
import { connectedPair } from './support/connected-pair.ts';
import { rejectsReply } from './support/expect-error.ts';

test('exporting: at a path until closed', async () => {
  const { ours, theirs } = connectedPair();
  const call = {
    path: '/c',
    interface: CALCULATOR.name,
    member: 'Add',
    signature: 'uu',
    body: [1, 2],
  };
  const implemented = calculator({ level: 0, secret: '', forgotten: 0 });
  {
    using handle = exportObject(theirs, '/c', [implemented]);
    assert.equal(handle.object.path, '/c');
    assert.throws(() => exportObject(theirs, '/c', []), TypeError);
    assert.deepEqual((await ours.call<string>(call)).body, [3]);
  }
  await rejectsReply(ours.call<string>(call), 'org.freedesktop.DBus.Error.UnknownMethod');
});

test('exporting: descriptions and code are kept together', () => {
  const description = { name: 'a.B', methods: { M: { in: 's' } } } as const;
  const methods = { M: (_call: unknown, _text: string): void => {} };
  assert.deepEqual(implement(description, methods, {}), { description, methods, properties: {} });
  // @ts-expect-error: an argument of another type than described.
  implement(description, { M: (_call: unknown, _number: number): void => {} }, {});
  // @ts-expect-error: a method that is missing.
  implement(description, {}, {});
});
