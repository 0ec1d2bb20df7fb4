import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { forgetLeavers } from '../../src/service/leavers.ts';

/** What is forgotten while changes come; each may be told with a number of dropped ones. */
async function forgottenWhile(
  changes: readonly { readonly names: readonly unknown[]; readonly dropped: number }[],
  present: () => Promise<ReadonlySet<unknown>>,
  failed: (error: unknown) => void = (error) => assert.ifError(error),
): Promise<string[]> {
  const forgotten: string[] = [];
  const holders = new Set([':1.1', ':1.2', ':1.3']);
  const stream = {
    dropped: 0,
    async *[Symbol.asyncIterator]() {
      for (const { names, dropped } of changes) {
        stream.dropped = dropped;
        yield { body: names };
      }
    },
  };
  const forget = (name: string): void => {
    forgotten.push(name);
    holders.delete(name);
  };
  await forgetLeavers({ changes: stream, present, holders: () => [...holders], forget, failed });
  return forgotten;
}

const nobodyAsks = (): never => assert.fail('expected nobody to ask who is there');

test('each connection that leaves is forgotten; well-known names are none', async () => {
  const changes = [[':1.2', ':1.2', ''], ['org.example.Name', ':1.3', ''], [7], []];
  const told = changes.map((names) => ({ names, dropped: 0 }));
  assert.deepEqual(await forgottenWhile(told, nobodyAsks), [':1.2']);
});

test('after dropped signals those are forgotten who are not there, once', async () => {
  let asked = 0;
  const present = async (): Promise<ReadonlySet<unknown>> => {
    asked += 1;
    return new Set([':1.1']);
  };
  const names = [':1.9', ':1.9', ''];
  const changes = [0, 3, 3, 4].map((dropped) => ({ names, dropped }));
  const forgotten = await forgottenWhile(changes, present);
  assert.deepEqual(
    forgotten.filter((name) => name !== ':1.9'),
    [':1.2', ':1.3'],
  );
  assert.equal(asked, 2);
});

test('who was missed while the bus could not tell is forgotten at the next occasion', async () => {
  const fault = new Error('no answer');
  const answers = [Promise.reject(fault), Promise.resolve(new Set([':1.1']))];
  const faults: unknown[] = [];
  const changes = [[':1.8'], [':1.9'], [':1.2']].map((names) => ({ names, dropped: 2 }));
  const forgotten = await forgottenWhile(
    changes,
    () => answers.shift() ?? nobodyAsks(),
    (error) => faults.push(error),
  );
  assert.deepEqual(forgotten, [':1.8', ':1.9', ':1.2', ':1.3', ':1.2']);
  assert.deepEqual(faults, [fault]);
});
