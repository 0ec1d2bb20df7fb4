import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  passwordOptions,
  passwordSource,
  readPassword,
  refuseSharedDescriptor,
  withoutPassword,
  withPasswords,
} from '../../src/arguments/password-options.ts';
import type { Invocation } from '../../src/types/command.ts';
import { FakeHost } from '../support/fake-host.ts';

const FILES = { F: 'from file\n\n', '3': 'from fd', '/run/creds/pw': 'from systemd\n', E: '\n' };

function given(values: Readonly<Record<string, string>>): Invocation {
  return {
    attributes: new Map(),
    command: [],
    words: [],
    lists: new Map(),
    flags: new Set(),
    values: new Map(Object.entries(values)),
  };
}

async function read(
  values: Readonly<Record<string, string>>,
  { isNew = false, environment = {}, typed = 'typed' } = {},
): Promise<string> {
  const host = new FakeHost({ files: FILES, environment, typed });
  const request = { prefix: 'password', question: 'Password: ', isNew };
  const password = await readPassword(given(values), host, request);
  for (const bytes of host.handedOut) {
    assert.ok(bytes === password || isNew || bytes.every((byte) => byte === 0));
  }
  return new TextDecoder().decode(password);
}

test('readPassword: a file, a descriptor, a credential, a named variable, the terminal', async () => {
  assert.equal(await read({ 'password-file': 'F' }), 'from file\n');
  assert.equal(await read({ 'password-fd': '3' }), 'from fd');
  const environment = { CREDENTIALS_DIRECTORY: '/run/creds', PW: 'from env' };
  assert.equal(await read({ 'password-credential': 'pw' }, { environment }), 'from systemd');
  assert.equal(await read({ 'password-env': 'PW' }, { environment }), 'from env');
  assert.equal(await read({}), 'typed');
  assert.equal(await read({}, { isNew: true }), 'typed');
});

// @rule cli/password-not-shown
test('readPassword: of a terminal in the place of a pipe it is asked without echo', async () => {
  const host = new FakeHost({ stdinKind: 'terminal', typed: 'typed\n' });
  const request = { prefix: 'password', question: 'Q: ', isNew: false };
  const password = await readPassword(given({ 'password-fd': '0' }), host, request);
  assert.deepEqual([new TextDecoder().decode(password), host.log], ['typed\n', ['readHidden Q: ']]);
  for (const [stdinKind, descriptor] of [
    ['terminal', '3'],
    ['data', '0'],
    ['nothing', '0'],
  ] as const) {
    const piped = new FakeHost({ stdinKind, files: { '0': 'pw', '3': 'pw' } });
    await readPassword(given({ 'password-fd': descriptor }), piped, request);
    assert.deepEqual(piped.log, [`readDescriptor ${descriptor}`]);
  }
});

test('readPassword: a complaint of what cannot be read names the option', async () => {
  const host = new FakeHost({ files: FILES, environment: { CREDENTIALS_DIRECTORY: '/run/creds' } });
  const request = { prefix: 'from-password', question: '', isNew: false };
  for (const source of ['file', 'fd', 'credential']) {
    const values = { [`from-password-${source}`]: { file: 'F', fd: '3' }[source] ?? 'pw' };
    await readPassword(given(values), host, request);
  }
  const wanted = ['file', 'fd', 'credential'].map((source) => `--from-password-${source}`);
  assert.deepEqual(host.subjects, wanted);
});

// @rule cli/password-env-utf8
test('readPassword: of a variable that is not UTF-8 nothing is known but that', async () => {
  const environment = { PW: 'a\ufffd' };
  await assert.rejects(read({ 'password-env': 'PW' }, { environment }), {
    code: 'usage',
    message: '--password-env: it is not UTF-8, or holds U+FFFD',
  });
});

// @rule cli/no-empty-password
// @rule cli/credential-name
test('readPassword: what is no source, or empty, is wrong usage', async () => {
  const environment = { CREDENTIALS_DIRECTORY: '/run/creds', EMPTY: '' };
  for (const [values, message] of [
    [{ 'password-file': 'E' }, /the password is empty/u],
    [{ 'password-env': 'EMPTY' }, /the password is empty/u],
    [{ 'password-env': 'NONE' }, /no such variable/u],
    [{ 'password-fd': '-1' }, /number of an open descriptor/u],
    [{ 'password-credential': '../pw' }, /takes a name/u],
    [{ 'password-credential': '..' }, /takes a name/u],
    [{ 'password-credential': '.' }, /takes a name/u],
    [{ 'password-credential': '' }, /takes a name/u],
    [{ 'password-fd': '1048577' }, /number of an open descriptor/u],
    [{ 'password-file': 'F', 'password-fd': '3' }, /only one can be given/u],
  ] as const) {
    await assert.rejects(read(values, { environment }), { code: 'usage', message });
  }
  const unset = /CREDENTIALS_DIRECTORY is not set/u;
  await assert.rejects(read({ 'password-credential': 'pw' }), { code: 'usage', message: unset });
});

test('readPassword: a new password that is not repeated is refused, both wiped', async () => {
  let count = 0;
  const typed: Uint8Array[] = [];
  const host = new FakeHost();
  host.readHidden = async () => {
    count += 1;
    const bytes = new TextEncoder().encode(`typed ${count}`);
    typed.push(bytes);
    return bytes;
  };
  const request = { prefix: 'password', question: '', isNew: true };
  await assert.rejects(readPassword(given({}), host, request), { message: /differ/u });
  assert.ok(typed.every((bytes) => bytes.every((byte) => byte === 0)));
});

// @rule cli/password-not-handed-on
test('withoutPassword: the variable that was named, and no other source', () => {
  assert.deepEqual(withoutPassword(given({ 'password-env': 'PW' }), 'password'), { PW: undefined });
  for (const values of [{ 'password-file': 'PW' }, { 'from-password-env': 'PW' }, {}]) {
    assert.deepEqual(withoutPassword(given(values), 'password'), {});
  }
});

test('passwordOptions: four of each, that passwordSource knows', () => {
  const names = passwordOptions('from-password', 'it').map(({ name }) => name);
  for (const name of names) {
    const { source } = passwordSource(given({ [name]: 'x' }), 'from-password') ?? {};
    assert.equal(`from-password-${source}`, name);
  }
  assert.equal(passwordSource(given({ 'password-file': 'x' }), 'from-password'), undefined);
});

test('withPasswords: what was read is there for the work, and wiped after it, also when it fails', async () => {
  const request = { prefix: 'password', question: 'Q: ', isNew: false };
  for (const outcome of ['done', 'failed']) {
    const host = new FakeHost({ files: FILES });
    const read: Uint8Array[] = [];
    const work = withPasswords(given({ 'password-file': 'F' }), host, async (readOne) => {
      read.push(await readOne(request), await readOne(request));
      assert.equal(new TextDecoder().decode(read[1]), 'from file\n');
      if (outcome === 'failed') throw new Error(outcome);
      return outcome;
    });
    assert.equal(await work.catch(({ message }: Error) => message), outcome);
    assert.deepEqual(read, [new Uint8Array(10), new Uint8Array(10)]);
  }
});

// @rule cli/descriptor-gives-one-password
test('refuseSharedDescriptor: one descriptor for two passwords, however it is written', () => {
  const check = (values: Readonly<Record<string, string>>) => (): void =>
    refuseSharedDescriptor(given(values), 'password', 'from-password');
  const said = '--password-fd and --from-password-fd: one descriptor cannot give two passwords';
  for (const [one, other] of [
    ['3', '3'],
    ['0', '0'],
    ['3', '03'],
  ] as const) {
    assert.throws(check({ 'password-fd': one, 'from-password-fd': other }), {
      code: 'usage',
      message: said,
    });
  }
  check({ 'password-fd': '3', 'from-password-fd': '4' })();
  check({ 'password-fd': '3', 'from-password-file': '3' })();
  check({ 'password-fd': '3' })();
  check({})();
});
