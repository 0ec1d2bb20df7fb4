import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { ITEM_INTERFACE } from '../src/api/names.ts';
import { LOGIN, makeBench, plainSecret, read } from './support/bench.ts';

test('who leaves takes sessions and prompts along, even those of a call under way', async () => {
  const bench = makeBench();
  const opening = bench.openPlain();
  await bench.provider.forgetCaller(':1.1');
  const session = await opening;
  assert.equal(bench.provider.service.sessions.has(session), false);
  assert.equal(bench.provider.service.callers().size, 0);
});

// @rule provider/wipes-what-was-carried
test('a plain secret is wiped from the call that carried it, and from the reply once written', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const call = decodeMessage(
    encodeMessage({
      ...{ type: 'method_call', serial: 1, sender: ':1.1', path: `${LOGIN}/1` },
      ...{ interface: ITEM_INTERFACE, member: 'SetSecret', signature: '(oayays)' },
      body: [plainSecret(session, 'changed')],
    }),
  );
  await bench.provider.handleCall(call);
  const [carried] = call.body;
  assert.ok(Array.isArray(carried));
  assert.deepEqual(carried[2], new Uint8Array(7));
  assert.equal((await read(bench, `${LOGIN}/1`))[0], 'changed');
  const ask = decodeMessage(
    encodeMessage({
      ...{ type: 'method_call', serial: 2, sender: ':1.1', path: `${LOGIN}/1` },
      ...{ interface: ITEM_INTERFACE, member: 'GetSecret', signature: 'o', body: [session] },
    }),
  );
  const { body } = await bench.provider.handleCall(ask);
  const [struct] = body ?? [];
  assert.ok(Array.isArray(struct));
  assert.equal(new TextDecoder().decode(struct[2]), 'changed');
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(struct[2], new Uint8Array(7));
  assert.equal((await read(bench, `${LOGIN}/1`))[0], 'changed');
});
