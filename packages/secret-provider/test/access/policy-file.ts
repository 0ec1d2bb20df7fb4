import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isPolicyError, PolicyError, parsePolicy } from '../../src/access/policy-file.ts';
import type { AccessRequest } from '../../src/types/policy.ts';

const GIT_AND_SSH = ['/usr/bin/git', '/usr/bin/ssh'];
const GIT = { uniqueName: ':1.1', processId: 42, program: '/usr/bin/git' };

function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return {
    kind: 'read',
    caller: GIT,
    collectionLabel: 'Work',
    itemLabel: 'Token',
    attributes: new Map([
      ['app', 'demo'],
      ['user', 'me'],
    ]),
    ...changes,
  };
}

test('the first rule that fits decides; without one, "otherwise", which refuses', () => {
  const { decide, asks, namesPrograms } = parsePolicy({
    otherwise: 'ask',
    rules: [
      { decision: 'refuse', kinds: ['delete'] },
      { decision: 'allow', programs: ['/usr/bin/git', '/usr/bin/ssh'], kinds: ['read'] },
      { decision: 'refuse', collection: 'Safe' },
      { decision: 'allow', item: 'Token', attributes: { app: 'demo' } },
    ],
  });
  const other = { ...GIT, program: '/usr/bin/other' };
  for (const [changes, decision] of [
    [{}, 'allow'],
    [{ kind: 'delete' }, 'refuse'],
    [{ kind: 'write' }, 'allow'],
    [{ caller: other, collectionLabel: 'Safe' }, 'refuse'],
    [{ caller: other }, 'allow'],
    [{ caller: other, itemLabel: 'Other' }, 'ask'],
    [{ caller: other, attributes: new Map([['app', 'x']]) }, 'ask'],
    [{ caller: other, itemLabel: undefined, attributes: undefined }, 'ask'],
  ] as const) {
    assert.equal(decide(request(changes)), decision, JSON.stringify(changes));
  }
  assert.deepEqual([asks, namesPrograms], [true, true]);
  for (const program of GIT_AND_SSH) {
    const both = parsePolicy({
      otherwise: 'refuse',
      rules: [{ decision: 'allow', programs: GIT_AND_SSH }, { decision: 'ask' }],
    });
    assert.equal(both.decide(request({ caller: { ...GIT, program } })), 'allow');
    assert.equal(both.decide(request({ caller: other })), 'ask');
    assert.equal(both.asks, true);
  }
  const plain = parsePolicy({ otherwise: 'allow', rules: [{ decision: 'refuse', item: 'x' }] });
  assert.deepEqual([plain.asks, plain.namesPrograms], [false, false]);
  const closed = parsePolicy({ rules: [] });
  assert.deepEqual(
    [closed.decide(request()), closed.asks, closed.namesPrograms],
    ['refuse', false, false],
  );
});

test('each kind of request can be named', () => {
  for (const kind of ['read', 'write', 'delete', 'unlock'] as const) {
    const { decide } = parsePolicy({ rules: [{ decision: 'allow', kinds: [kind] }] });
    for (const asked of ['read', 'write', 'delete', 'unlock'] as const) {
      assert.equal(decide(request({ kind: asked })), asked === kind ? 'allow' : 'refuse');
    }
  }
});

// @rule provider/policy-unknown-program
test('whether a rule is about a program that nobody can name is not known: it refuses', () => {
  for (const decision of ['allow', 'refuse', 'ask']) {
    const { decide } = parsePolicy({
      otherwise: 'allow',
      rules: [{ decision, programs: ['/usr/bin/git'], kinds: ['read'] }],
    });
    assert.equal(decide(request({ caller: { uniqueName: ':1.1' } })), 'refuse');
    assert.equal(decide(request({ caller: { uniqueName: ':1.1' }, kind: 'write' })), 'allow');
  }
});

const INVALID: readonly [document: unknown, place: RegExp][] = [
  [[], /^policy: /u],
  [{}, /^rules: /u],
  [{ rules: [], default: 'allow' }, /^policy: .*"default"/u],
  [{ rules: [], otherwise: 'yes' }, /^otherwise: .*allow, refuse, ask/u],
  [{ rules: [{}] }, /^rules\[0\]\.decision: /u],
  [{ rules: [{ decision: 'allow', program: '/x' }] }, /^rules\[0\]: .*"program"/u],
  [{ rules: [{ decision: 'allow', programs: [] }] }, /^rules\[0\]\.programs: /u],
  [{ rules: [{ decision: 'allow', programs: ['git'] }] }, /^rules\[0\]\.programs\[0\]: /u],
  [{ rules: [{ decision: 'allow', kinds: ['search'] }] }, /^rules\[0\]\.kinds\[0\]: /u],
  [{ rules: [{ decision: 'allow', collection: 7 }] }, /^rules\[0\]\.collection: /u],
  [{ rules: [], otherwise: null }, /^otherwise: /u],
  [{ rules: [{ decision: 'allow', attributes: null }] }, /^rules\[0\]\.attributes: /u],
  [{ rules: [{ decision: 'allow', programs: null }] }, /^rules\[0\]\.programs: /u],
  [{ rules: [{ decision: 'allow', item: null }] }, /^rules\[0\]\.item: /u],
  [{ rules: [{ decision: 'allow', attributes: { a: 1 } }] }, /^rules\[0\]\.attributes\.a: /u],
];
for (const [document, place] of INVALID) {
  test(`refuses ${JSON.stringify(document)}, and says where`, () => {
    assert.throws(
      () => parsePolicy(document),
      (error) => {
        assert.ok(error instanceof PolicyError);
        assert.equal(error.code, 'policy-invalid');
        assert.match(error.message, place);
        return true;
      },
    );
  });
}

test('a PolicyError is told by its name and code, also one of another copy', () => {
  const foreign = Object.assign(new Error('x'), { name: 'PolicyError', code: 'x' });
  const values = [new PolicyError('x'), foreign, new Error('x'), 'x'];
  assert.deepEqual(values.map(isPolicyError), [true, true, false, false]);
});
