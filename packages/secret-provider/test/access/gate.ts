import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { AuditEntry } from '../../src/access/audit-log.ts';
import { AccessGate, type AccessGateParts } from '../../src/access/gate.ts';
import { noPrompter } from '../../src/prompters/prompter.ts';
import type { AccessPolicy } from '../../src/types/policy.ts';

const TARGET = {
  collection: { label: 'Login' },
  item: { label: 'Mail', attributes: new Map([['user', 'alice']]) },
};
const REFUSED = { name: 'Refusal', kind: 'access-denied' };

function makeGate(parts: Partial<AccessGateParts>): {
  gate: AccessGate;
  records: AuditEntry[];
  faults: unknown[];
} {
  const records: AuditEntry[] = [];
  const faults: unknown[] = [];
  const gate = new AccessGate({
    policy: undefined,
    audit: { record: async (entry) => void records.push(entry) },
    prompter: noPrompter,
    describeCaller: async (uniqueName) => ({ uniqueName, userId: 7 }),
    failed: (error) => faults.push(error),
    ...parts,
  });
  return { gate, records, faults };
}

test('without policy and audit log nobody is even looked at', async () => {
  const describeCaller = (): Promise<never> => Promise.reject(new Error('asked'));
  const { gate, faults } = makeGate({ audit: undefined, describeCaller });
  await gate.pass('read', ':1.1', TARGET);
  assert.deepEqual(faults, []);
});

test('what was decided is recorded, whatever it was', async () => {
  const { gate, records } = makeGate({ policy: ({ kind }) => (kind === 'read' ? 'allow' : 'ask') });
  await gate.pass('read', ':1.1', TARGET);
  await assert.rejects(gate.pass('delete', ':1.1', TARGET), REFUSED);
  const caller = { uniqueName: ':1.1', userId: 7 };
  const about = { collectionLabel: 'Login', itemLabel: 'Mail', attributes: TARGET.item.attributes };
  assert.deepEqual(records, [
    { ...about, caller, operation: 'read', decision: 'allow' },
    { ...about, caller, operation: 'delete', decision: 'refuse' },
  ]);
});

test('who cannot be described is recorded by name, and refused only by a policy', async () => {
  const describeCaller = (): Promise<never> => Promise.reject(new Error('gone'));
  const open = makeGate({ describeCaller });
  await open.gate.pass('unlock', ':1.1', { collection: { label: 'Login' } });
  assert.deepEqual(
    open.records.map(({ caller, decision }) => [caller, decision]),
    [[{ uniqueName: ':1.1' }, 'allow']],
  );
  assert.deepEqual(open.faults.map(String), ['Error: gone']);
  const judged = makeGate({ describeCaller, policy: () => 'allow' });
  await assert.rejects(judged.gate.pass('read', ':1.1', TARGET), REFUSED);
  assert.deepEqual(
    judged.records.map(({ decision }) => decision),
    ['refuse'],
  );
});

// @rule provider/policy-refuses
test('a policy that throws, or answers what is no decision, refuses', async () => {
  const policies = [
    () => Promise.reject(new Error('broken')),
    () => JSON.parse('"yes"'),
    () => 'refuse' as const,
  ];
  for (const policy of policies) {
    const { gate, records, faults } = makeGate({ policy });
    await assert.rejects(gate.pass('write', ':1.1', TARGET), REFUSED);
    assert.deepEqual(
      records.map(({ decision }) => decision),
      ['refuse'],
    );
    assert.deepEqual(faults.map(String), policy === policies[0] ? ['Error: broken'] : []);
  }
});

// @rule provider/audit-before-answer
test('a request whose record fails is refused', async () => {
  const audit = { record: () => Promise.reject(new Error('disk full')) };
  const { gate, faults } = makeGate({ audit });
  await assert.rejects(gate.pass('read', ':1.1', TARGET), REFUSED);
  assert.match(String(faults[0]), /disk full/u);
});

test('what no policy decides is recorded all the same, and not without its record', async () => {
  const policy = (): never => assert.fail('asked');
  const { gate, records } = makeGate({ policy });
  await gate.record('search', ':1.1', { attributes: new Map([['user', 'alice']]) });
  await gate.record('lock', ':1.1', { collectionLabel: 'Login' });
  const caller = { uniqueName: ':1.1', userId: 7 };
  assert.deepEqual(records, [
    { operation: 'search', decision: 'allow', caller, attributes: new Map([['user', 'alice']]) },
    { operation: 'lock', decision: 'allow', caller, collectionLabel: 'Login' },
  ]);
  const audit = { record: () => Promise.reject(new Error('disk full')) };
  await assert.rejects(makeGate({ audit }).gate.record('lock', ':1.1', {}), REFUSED);
  await makeGate({ audit: undefined }).gate.record('lock', ':1.1', {});
});

test('whether a person would be asked is the policy’s to say, of somebody who is known', async () => {
  const seen: unknown[] = [];
  const policy: AccessPolicy = (request) => {
    seen.push(request);
    return 'ask';
  };
  assert.equal(await makeGate({ policy }).gate.wouldAsk(':1.1', TARGET), true);
  const { label: itemLabel, attributes } = TARGET.item;
  const caller = { uniqueName: ':1.1', userId: 7 };
  assert.deepEqual(seen, [
    { kind: 'read', caller, collectionLabel: 'Login', itemLabel, attributes },
  ]);
  for (const parts of [
    { policy: undefined },
    { policy: () => 'allow' as const },
    { policy: () => 'refuse' as const },
    { policy, describeCaller: () => Promise.reject(new Error('gone')) },
  ]) {
    assert.equal(await makeGate(parts).gate.wouldAsk(':1.1', TARGET), false);
  }
  const broken = makeGate({ policy: () => Promise.reject(new Error('broken')) });
  assert.equal(await broken.gate.wouldAsk(':1.1', TARGET), false);
  assert.deepEqual(broken.faults.map(String), ['Error: broken']);
  assert.deepEqual(broken.records, []);
});

test('who is asked learns who wants what', async () => {
  const asked: unknown[] = [];
  const password = Uint8Array.of(1);
  const { gate, records } = makeGate({
    policy: () => 'ask',
    prompter: {
      ask: async ({ describeClient, ...request }) => {
        asked.push({ ...request, caller: await describeClient() });
        return { answer: 'accept', password };
      },
    },
  });
  assert.equal(await gate.pass('delete', ':1.1', TARGET), true);
  assert.equal(records[0]?.decision, 'allow');
  // Nobody asked for one; it is the provider's to wipe.
  assert.deepEqual([...password], [0]);
  assert.deepEqual(asked, [
    {
      action: 'access',
      access: 'delete',
      label: 'Mail',
      needsPassword: false,
      wasWrong: false,
      windowId: '',
      client: ':1.1',
      caller: { uniqueName: ':1.1', userId: 7 },
    },
  ]);
});

// @rule provider/policy-question-ends
test('a question ends with who waits for it, and refuses, whatever is answered then', async () => {
  const open: AbortSignal[] = [];
  const { gate } = makeGate({
    policy: () => 'ask',
    prompter: {
      ask: (_request, signal) =>
        new Promise((resolve) => {
          open.push(signal);
          signal.addEventListener('abort', () => resolve({ answer: 'accept' }));
        }),
    },
  });
  const passing = [':1.1', ':1.2'].map((caller) => gate.pass('read', caller, TARGET));
  while (open.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...gate.callers()], [':1.1', ':1.2']);
  gate.dropAll(':1.1');
  await assert.rejects(passing[0] ?? assert.fail(), REFUSED);
  assert.deepEqual([...gate.callers()], [':1.2']);
  gate.dropAll();
  await assert.rejects(passing[1] ?? assert.fail(), REFUSED);
  assert.deepEqual([...gate.callers()], []);
});
