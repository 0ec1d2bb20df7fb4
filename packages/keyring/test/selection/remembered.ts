import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openKeyringOn } from '../../src/keyring/open-keyring.ts';
import {
  forgetBackend,
  listRemembered,
  readRemembered,
  rememberBackend,
  rememberedPath,
} from '../../src/selection/remembered.ts';
import { failsWith } from '../support/failing.ts';
import { memoryHost } from '../support/memory-host.ts';

test('each program has a file of its own, whatever it is called', async () => {
  const host = memoryHost();
  assert.equal(await readRemembered(host, 'my app'), undefined);
  const names = ['my app', '../../etc', 'MyApp', 'myapp', 'ü', 'a/b', 'default', 'a_2fb'];
  for (const app of names) await rememberBackend(host, app, `for ${app}`);
  await rememberBackend(host, undefined, 'for all others');
  assert.equal(host.files.size, names.length + 1);
  for (const path of host.files.keys()) {
    assert.match(path, /^\/home\/user\/\.local\/state\/keywire\/backends\/[\w.-]+\.json$/);
  }
  for (const app of names) assert.equal((await readRemembered(host, app))?.backend, `for ${app}`);
  const listed = await listRemembered(host);
  assert.deepEqual(listed.map(({ app }) => app).sort(), [...names, ''].sort());
});

test('without a home nothing can have been remembered', async () => {
  assert.deepEqual(await listRemembered({ ...memoryHost(), env: {}, home: undefined }), []);
  const host = { ...memoryHost(), env: { XDG_STATE_HOME: 'relative' }, home: undefined };
  assert.deepEqual(await listRemembered(host), []);
  await failsWith('invalid-config', rememberBackend(host, 'app', 'file'));
});

test('forgetting removes it, once', async () => {
  const host = memoryHost();
  await rememberBackend(host, 'app', 'file');
  assert.equal(await forgetBackend(host, 'app'), true);
  assert.equal(await forgetBackend(host, 'app'), false);
  assert.equal(await readRemembered(host, 'app'), undefined);
});

test('a broken file is an error that names it', async () => {
  const host = memoryHost();
  for (const text of ['', '{}', '{"app": "x"}', '{"app": 1, "backend": "file"}', 'null']) {
    host.files.set(rememberedPath(host, 'app'), text);
    const error = await failsWith('invalid-config', readRemembered(host, 'app'));
    assert.ok(error.message.startsWith(rememberedPath(host, 'app')));
    assert.notEqual(error.advice, '');
    await failsWith('invalid-config', listRemembered(host));
  }
});

test('a name that no file can have is refused before anything is opened', async () => {
  const host = memoryHost();
  for (const app of ['x'.repeat(197), '/'.repeat(66)]) {
    for (const call of [
      readRemembered(host, app),
      forgetBackend(host, app),
      openKeyringOn(host, { app, remember: true, policy: 'plaintext' }, () => assert.fail()),
    ]) {
      await failsWith('too-large', call);
    }
  }
  assert.equal(await readRemembered(host, 'x'.repeat(196)), undefined);
  assert.equal(host.files.size, 0);
});
