import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isKeyringError } from '../../src/errors.ts';
import { openKeyringOn } from '../../src/keyring/open-keyring.ts';
import {
  findPythonBackend,
  parseDefaultKeyring,
  pythonBackend,
  readPythonConfig,
} from '../../src/selection/python-config.ts';
import { memoryHost } from '../support/memory-host.ts';

const PATH = '/home/user/.config/python_keyring/keyringrc.cfg';
const SECRET_SERVICE = 'keyring.backends.SecretService.Keyring';
const NULL = 'keyring.backends.null.Keyring';

test('readPythonConfig: nothing chosen, the scheme of Python keyring', async () => {
  const { backend, collection, scheme } = await readPythonConfig(memoryHost());
  assert.deepEqual([backend, collection, scheme.name], [undefined, undefined, 'python-keyring']);
});

test('readPythonConfig: the variable wins over the file', async () => {
  const host = memoryHost();
  host.files.set(PATH, `[backend]\ndefault-keyring=${NULL}\n`);
  const { backend, backendSource } = await readPythonConfig(host);
  assert.deepEqual([backend, backendSource], ['null', PATH]);
  host.env['PYTHON_KEYRING_BACKEND'] = 'keyring.backends.libsecret.Keyring';
  const config = await readPythonConfig(host);
  assert.deepEqual(
    [config.backend, config.backendSource, config.scheme.name],
    ['secret-service', 'PYTHON_KEYRING_BACKEND', 'python-keyring-libsecret'],
  );
});

test('readPythonConfig: without a home there is no file, and the variable still counts', async () => {
  const host = memoryHost({ home: undefined });
  assert.equal((await readPythonConfig(host)).backend, undefined);
  host.env['PYTHON_KEYRING_BACKEND'] = NULL;
  assert.equal((await readPythonConfig(host)).backend, 'null');
});

test('readPythonConfig: what is stored names Python’s library; an empty property says nothing', async () => {
  const env = { KEYRING_PROPERTY_APPID: '', KEYRING_PROPERTY_PREFERRED_COLLECTION: '' };
  for (const host of [memoryHost(), memoryHost({ env })]) {
    const { collection, scheme } = await readPythonConfig(host);
    assert.equal(collection, undefined);
    const attributes = scheme.attributes({ service: 's', username: 'u' });
    assert.equal(attributes.get('application'), 'Python keyring library');
  }
});

test('findPythonBackend: the classes that something here stands for', () => {
  const named = (name: string): unknown => findPythonBackend(`keyring.backends.${name}`)?.backend;
  assert.equal(named('SecretService.Keyring'), 'secret-service');
  assert.equal(named('libsecret.Keyring'), 'secret-service');
  assert.equal(named('null.Keyring'), 'null');
  assert.equal(named('fail.Keyring'), 'fail');
  const chainer = findPythonBackend('keyring.backends.chainer.ChainerBackend');
  assert.deepEqual(chainer, { backend: undefined, scheme: 'python-keyring' });
});

test('readPythonConfig: properties', async () => {
  const host = memoryHost({
    env: {
      KEYRING_PROPERTY_PREFERRED_COLLECTION: '/org/freedesktop/secrets/collection/work',
      KEYRING_PROPERTY_APPID: 'my app',
      KEYRING_PROPERTY_SCHEME: 'KeePassXC',
    },
  });
  const { collection, scheme } = await readPythonConfig(host);
  assert.equal(collection, '/org/freedesktop/secrets/collection/work');
  assert.equal(scheme.name, 'python-keyring-keepassxc');
  const attributes = scheme.attributes({ service: 's', username: 'u' });
  assert.deepEqual(
    ['Title', 'UserName', 'application'].map((name) => attributes.get(name)),
    ['s', 'u', 'my app'],
  );
  host.env['PYTHON_KEYRING_BACKEND'] = 'keyring.backends.libsecret.Keyring';
  const libsecret = (await readPythonConfig(host)).scheme;
  assert.equal(libsecret.name, 'python-keyring-libsecret');
  assert.equal(libsecret.query({ service: 's' })?.get('application'), 'my app');
});

test('parseDefaultKeyring: the rules of RawConfigParser', () => {
  for (const [text, wanted] of [
    ['', undefined],
    [`[backend]\ndefault-keyring=${NULL}`, NULL],
    [`# c\n; c\n\n[backend]\r\nDefault-Keyring : ${NULL} \r\n`, NULL],
    [`[other]\ndefault-keyring=x\n[backend]\nkeyring-path=/p\n`, undefined],
    [`[backend]\ndefault-keyring=a\ndefault-keyring = ${NULL}`, NULL],
    [`[DEFAULT]\ndefault-keyring=${NULL}\n[backend]\nkeyring-path=/p\n`, NULL],
    [`[DEFAULT]\ndefault-keyring=${NULL}\n[other]\n`, undefined],
    [`[backend]\ndefault-keyring=${NULL}\n[DEFAULT]\ndefault-keyring=x\n`, NULL],
    [`[backend]\ndefault-keyring=${NULL}\n[other]\n[backend]\n`, NULL],
  ] as const) {
    assert.equal(parseDefaultKeyring(text, PATH), wanted, text);
  }
  // Far apart, and no less quickly read for that.
  const apart = `[backend]\ndefault-keyring${' '.repeat(200_000)}x = ${NULL}`;
  assert.equal(parseDefaultKeyring(apart, PATH), undefined);
  for (const [text, line] of [
    ['default-keyring=x', 1],
    ['[backend]\nnonsense', 2],
    ['[backend]\nx = y\n= x', 3],
  ] as const) {
    assert.throws(
      () => parseDefaultKeyring(text, PATH),
      (error) =>
        isKeyringError(error, 'invalid-config') &&
        error.message.startsWith(PATH) &&
        error.message.endsWith(`in line ${line}`),
    );
  }
});

test('pythonBackend: a class that nothing here stands for is an error, with its source', () => {
  assert.equal(pythonBackend(SECRET_SERVICE, 'x').backend, 'secret-service');
  assert.equal(findPythonBackend('keyrings.alt.file.PlaintextKeyring'), undefined);
  assert.throws(
    () => pythonBackend('keyrings.alt.file.PlaintextKeyring', 'PYTHON_KEYRING_BACKEND'),
    (error) =>
      isKeyringError(error, 'unknown-backend') &&
      error.message.startsWith('PYTHON_KEYRING_BACKEND'),
  );
});

// @rule keyring/disabled-is-unavailable
test('openKeyring: what Python switched off is off for its stand-in, and for nobody else', async () => {
  const host = memoryHost();
  host.files.set(PATH, `[backend]\ndefault-keyring=${NULL}\n`);
  const noFile = (): never => assert.fail('not asked for');
  await assert.rejects(
    openKeyringOn(host, { config: 'python-keyring' }, noFile),
    (error) =>
      isKeyringError(error, 'unavailable') && error.message.includes(`disabled by ${PATH}`),
  );
  host.env['KEYWIRE_BACKEND'] = 'memory';
  const keyring = await openKeyringOn(host, {}, noFile);
  assert.equal(keyring.backend, 'memory');
  await keyring.close();
});
