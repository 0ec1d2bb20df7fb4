import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { descriptionSource, introspect } from '../src/introspection.ts';
import { exportObject } from '../src/objects.ts';
import { CALCULATOR, calculator } from './support/calculator.ts';
import { connectedPair } from './support/connected-pair.ts';
import { rejectsCode } from './support/expect-error.ts';

test('introspection: asked for, parsed, and turned into a const', async () => {
  const { ours, theirs } = connectedPair();
  exportObject(theirs, '/c', [calculator({ level: 0, secret: '', forgotten: 0 })]);
  const { interfaces } = await introspect(ours, { path: '/c' });
  const description = interfaces.find(({ name }) => name === CALCULATOR.name);
  assert.ok(description);
  assert.deepEqual(description.properties?.['Name'], CALCULATOR.properties.Name);
  assert.match(descriptionSource(description), /^export const CALCULATOR = \{/);
});

test('introspection: an answer that is no text', async () => {
  const { ours, theirs } = connectedPair();
  theirs.export('/c', { handleCall: () => ({ signature: 'u', body: [1] }) });
  await rejectsCode(introspect(ours, { path: '/c' }), 'protocol');
});
