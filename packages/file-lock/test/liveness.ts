import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { judgeOwner, type ProcessState, type Surroundings } from '../src/liveness.ts';
import type { OwnerRecord } from '../src/owner-record.ts';

const owner: OwnerRecord = {
  pid: 77,
  program: 'p',
  host: 'h',
  startTicks: '1000',
  bootId: 'boot-1',
  namespaces: 'pid:[1]',
  nonce: 'a'.repeat(32),
};

function here(process: ProcessState, changes: Partial<Surroundings> = {}): Surroundings {
  return {
    bootId: 'boot-1',
    namespaces: 'pid:[1]',
    host: 'h',
    processState: async (pid) => (pid === owner.pid ? process : { state: 'absent' }),
    isOnLocalFileSystem: async () => true,
    ...changes,
  };
}

const running: ProcessState = { state: 'present', startTicks: '1000', hasEnded: false };
const absent: ProcessState = { state: 'absent' };
const shared = { isOnLocalFileSystem: async () => false };

// @rule lock/stranger-unknown
// @rule lock/no-boot-unknown
// @rule lock/other-host-unknown
// @rule lock/other-namespace-unknown
// @rule lock/pid-reused
const table = [
  ['runs', owner, here(running), 'alive'],
  ['is gone', owner, here(absent), 'dead'],
  ['hides from us', owner, here({ state: 'hidden' }), 'alive'],
  ['has ended but is not reaped', owner, here({ ...running, hasEnded: true }), 'dead'],
  ['gave its id to another', owner, here({ ...running, startTicks: '1001' }), 'dead'],
  ['ran before this boot', { ...owner, bootId: 'boot-0' }, here(running), 'dead'],
  ['runs on a guest of this host', { ...owner, bootId: 'b', host: 'g' }, here(absent), 'unknown'],
  ['runs on another host', { ...owner, bootId: 'boot-0' }, here(absent, shared), 'unknown'],
  ['is gone, on a shared disk', owner, here(absent, shared), 'dead'],
  ['is in another container', { ...owner, namespaces: 'pid:[2]' }, here(absent), 'unknown'],
  ['left no record', undefined, here(absent), 'unknown'],
  ['cannot be told', { ...owner, bootId: '' }, here(absent, { bootId: '' }), 'unknown'],
  ['had no boot id', { ...owner, bootId: '' }, here(absent), 'unknown'],
  ['had no boot id, and runs', { ...owner, bootId: '', startTicks: '' }, here(running), 'unknown'],
  ['had no boot id, on a shared disk', { ...owner, bootId: '' }, here(absent, shared), 'unknown'],
] as const;

for (const [name, judged, surroundings, expected] of table) {
  test(`an owner that ${name} is ${expected}`, async () => {
    assert.equal(await judgeOwner(judged, '/l', surroundings), expected);
  });
}
