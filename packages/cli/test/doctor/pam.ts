import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { missingPamLines, pamFacts } from '../../src/doctor/pam.ts';

const GNOME = 'pam_gnome_keyring';
const WANTED = ['auth optional pam_gnome_keyring.so', 'session optional pam_gnome_keyring.so'];

function facts(files: Readonly<Record<string, string>>, service = 'sshd') {
  return pamFacts(service, [GNOME], (name) => files[name]);
}

test('pamFacts: lines of a module, includes followed, comments left out', () => {
  const found = facts({
    sshd: '@include common-auth\n# session optional pam_gnome_keyring.so\nsession include both\n',
    'common-auth': '-auth  optional\tpam_gnome_keyring.so  # unlocks\nauth required pam_unix.so\n',
    both: 'auth optional pam_gnome_keyring.so only_if=x\nsession optional \\\n  pam_gnome_keyring.so auto_start\n',
  });
  assert.deepEqual(found?.modules[GNOME], [
    '-auth optional pam_gnome_keyring.so',
    'session optional pam_gnome_keyring.so auto_start',
  ]);
  assert.equal(facts({}), undefined);
});

test('pamFacts: files that include each other, and files that are not there, end', () => {
  const found = facts({ sshd: '@include sshd\n@include none\n@include\nauth substack sshd\n' });
  assert.deepEqual(found?.modules[GNOME], []);
});

test('pamFacts: a file is gone through again where it is included again, not in a circle', () => {
  let reads = 0;
  const files: Readonly<Record<string, string>> = {
    sshd: `${'@include both\n'.repeat(3)}auth include both\n`,
    both: `auth optional pam_gnome_keyring.so\n${'@include both\n@include sshd\n'.repeat(3)}`,
  };
  const found = pamFacts('sshd', [GNOME], (name) => {
    reads += 1;
    return files[name];
  });
  assert.equal(found?.modules[GNOME]?.length, 4);
  assert.ok(reads < 10, `${reads} reads`);
});

test('pamFacts: a module is known by its name, with a path or a number, and no other', () => {
  const modules = ['pam_kwallet'];
  const text =
    'auth optional /lib/security/pam_kwallet5.so\nauth optional pam_kwallet.so\nauth optional pam_kwalletx.so\n';
  assert.equal(pamFacts('s', modules, () => text)?.modules['pam_kwallet']?.length, 2);
});

test('pamFacts: a substack counts for the lines of its type', () => {
  const both = 'auth optional pam_gnome_keyring.so\nsession optional pam_gnome_keyring.so\n';
  const found = facts({ sshd: 'auth substack both\n', both });
  assert.deepEqual(found?.modules[GNOME], ['auth optional pam_gnome_keyring.so']);
});

test('missingPamLines: by type', () => {
  const lines = (...present: string[]) => ({ service: 's', modules: { [GNOME]: present } });
  assert.deepEqual(missingPamLines(lines(), GNOME, WANTED), WANTED);
  assert.deepEqual(missingPamLines(lines('-auth optional x'), GNOME, WANTED), [WANTED[1]]);
  assert.deepEqual(missingPamLines(lines('auth a', 'session b'), GNOME, WANTED), []);
  assert.deepEqual(missingPamLines(lines(), 'other', WANTED), WANTED);
});
