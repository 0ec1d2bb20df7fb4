import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { DoctorHost, Facts, FactsOptions, FileFacts } from '../../src/types/doctor.ts';
import { HEALTHY, LOCKED } from '../support/doctor-facts.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

const FILE: FileFacts = { path: '/k', kind: 'file', ownerUid: 1, mode: 0o600, format: 'v1' };

function host(facts: Facts, file: FileFacts = FILE): FakeHost & { asked: FactsOptions[] } {
  const asked: FactsOptions[] = [];
  const doctor: DoctorHost = {
    uid: 1,
    collect: async (options) => {
      asked.push(options);
      return facts;
    },
    inspectFile: async (path) => ({ ...file, path }),
  };
  return Object.assign(new FakeHost({ doctor }), { asked });
}

test('doctor: text and JSON, with the exit code of a store', async () => {
  const well = host(HEALTHY);
  const shown = await runWords(['doctor'], well);
  assert.equal(shown.code, 0);
  assert.match(shown.stdout, /A store would succeed\.\n$/u);
  assert.deepEqual(well.asked, [{ timeoutMs: 10_000, isUnlocking: false }]);
  const locked = host(LOCKED);
  const json = await runWords(['doctor', '--json', '--unlock', '--timeout=2'], locked);
  assert.equal(json.code, 3);
  assert.equal(JSON.parse(json.stdout).ok, false);
  assert.deepEqual(locked.asked, [{ timeoutMs: 2000, isUnlocking: true }]);
});

test('doctor FILE: that file alone', async () => {
  const fine = await runWords(['doctor', '/k'], host(HEALTHY));
  assert.deepEqual([fine.code, fine.stderr], [0, '']);
  assert.match(fine.stdout, /^Form {3}v1$/mu);
  const wide = await runWords(['doctor', '--json', '/k'], host(HEALTHY, { ...FILE, mode: 0o666 }));
  assert.equal(wide.code, 7);
  assert.equal(JSON.parse(wide.stdout).findings[0].code, 'file-open-to-others');
  const missing = host(HEALTHY, { path: '', kind: 'missing' });
  assert.equal((await runWords(['doctor', '/x'], missing)).code, 2);
  assert.equal((await runWords(['doctor', 'a', 'b'], missing)).code, 2);
});
