import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { ScriptedTransport } from '../support/scripted-transport.ts';

test('transport: an implementation of its own is enough, and tells its end once', async () => {
  const ends: (Error | undefined)[] = [];
  const scripted = new ScriptedTransport();
  const transport: Transport = scripted;
  transport.start({ received: () => {}, drained: () => {}, closed: (error) => ends.push(error) });
  assert.equal(transport.write([Uint8Array.of(1), Uint8Array.of(2)]), true);
  assert.deepEqual(scripted.writes, [Uint8Array.of(1, 2)]);
  transport.end();
  transport.destroy();
  await Promise.resolve();
  assert.deepEqual(ends, [undefined]);
});
