import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { asciiBytes } from '../../src/sasl/hex.ts';
import { anonymousMechanism, externalMechanism } from '../../src/sasl/server-mechanisms.ts';

// @rule sasl/external-asks-identity
// @rule sasl/external-identity-compared
test('EXTERNAL: asks, then takes nothing or our own id', () => {
  assert.equal(externalMechanism(1000).name, 'EXTERNAL');
  const judge = externalMechanism(1000).start();
  assert.deepEqual(judge(undefined), { verdict: 'challenge', data: new Uint8Array(0) });
  const accepted = { verdict: 'accept', identity: '1000' };
  assert.deepEqual(judge(new Uint8Array(0)), accepted);
  assert.deepEqual(judge(asciiBytes('1000')), accepted);
  for (const stated of ['0', '01000', '1001', 'root']) {
    assert.deepEqual(judge(asciiBytes(stated)), { verdict: 'reject' });
  }
  assert.deepEqual(judge(Uint8Array.of(0xff)), { verdict: 'reject' });
});

test('EXTERNAL: without an id of our own nobody can state one', () => {
  const judge = externalMechanism(undefined).start();
  assert.deepEqual(judge(new Uint8Array(0)), { verdict: 'accept', identity: undefined });
  assert.deepEqual(judge(asciiBytes('0')), { verdict: 'reject' });
  assert.deepEqual(judge(asciiBytes('undefined')), { verdict: 'reject' });
});

test('ANONYMOUS: accepts anybody', () => {
  assert.equal(anonymousMechanism().name, 'ANONYMOUS');
  const accepted = { verdict: 'accept', identity: undefined };
  assert.deepEqual(anonymousMechanism().start()(undefined), accepted);
  assert.deepEqual(anonymousMechanism().start()(asciiBytes('trace')), accepted);
});
