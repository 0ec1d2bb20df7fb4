/** collection, item, --trace and link on real keyrings, seen by other clients. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  run,
  secretStorage,
  secretTool,
} from '../../../test-fixtures/src/index.ts';
import { keywire, onEachKeyring } from './support/keywire.ts';

const SECRET = 'hunter2-of-the-trace';

onEachKeyring([
  [
    'item: label and attributes are changed, seen by another client, and one item deleted',
    async ({ env, peerEnv }) => {
      for (const user of ['me', 'you']) {
        const words = ['store', `--label=Of ${user}`, 'app', 'demo', 'user', user];
        assert.equal((await keywire(env, words, { input: `secret of ${user}` })).code, 0);
      }
      assert.equal((await keywire(env, ['item', 'label', 'app', 'demo'])).code, 7);
      const label = await keywire(env, ['item', 'label', 'app', 'demo', 'user', 'me']);
      assert.deepEqual([label.code, label.stdout], [0, 'Of me\n']);
      const named = ['item', 'label', '--set=New label', 'app', 'demo', 'user', 'me'];
      assert.equal((await keywire(env, named)).code, 0);
      const changed = ['item', 'attributes', '--set=host=h', 'app', 'demo', 'user', 'me'];
      const { stdout, code, stderr } = await keywire(env, changed);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^host = h$/mu);
      const [seen] = await secretStorage.search(peerEnv, { app: 'demo', host: 'h' });
      assert.equal(seen?.label, 'New label');
      assert.equal(Buffer.from(seen?.secret ?? []).toString(), 'secret of me');

      const listed = await keywire(env, ['search', '--json', 'host', 'h']);
      const [{ path: itemPath }] = JSON.parse(listed.stdout).items;
      assert.equal((await keywire(env, ['item', 'label', itemPath])).stdout, 'New label\n');
      assert.equal((await keywire(env, ['item', 'delete', itemPath])).code, 0);
      assert.equal((await keywire(env, ['item', 'delete', itemPath])).code, 1);
      const left = await secretTool(peerEnv, ['search', '--all', 'app', 'demo']);
      assert.match(Buffer.from(left.stdout).toString(), /^label = Of you$/mu);
      assert.equal((await keywire(env, ['lookup', 'host', 'h'])).code, 1);
    },
  ],
  [
    'collection: its label and the default alias are read',
    async ({ env }) => {
      const alias = await keywire(env, ['collection', 'alias', 'default']);
      assert.match(alias.stdout, /^\/org\/freedesktop\/secrets\/collection\/\S+\n$/u);
      const byPath = await keywire(env, ['collection', 'label', alias.stdout.trim()]);
      const byAlias = await keywire(env, ['collection', 'label', 'default']);
      assert.deepEqual([byPath.code, byPath.stdout], [0, byAlias.stdout]);
      assert.equal((await keywire(env, ['collection', 'alias', 'no-such'])).code, 1);
      assert.equal((await keywire(env, ['collection', 'label', 'no such'])).code, 1);
      // Without a display nobody can be asked; there is nothing to be unlocked.
      const made = await keywire(env, ['collection', 'create', 'Work']);
      assert.equal(made.code, 3);
      assert.match(made.stderr, /; run it in a graphical session, where the dialog /u);
    },
  ],
  [
    '--trace shows messages on stderr, and nothing that they hold',
    async ({ env }) => {
      const words = ['--trace', '--plain', 'app', 'demo', 'kind', 'trace'];
      const stored = await keywire(env, ['store', '--label=L', ...words], { input: SECRET });
      const found = await keywire(env, ['lookup', ...words]);
      assert.deepEqual([stored.code, found.code, found.stdout], [0, 0, SECRET]);
      for (const { stderr } of [stored, found]) {
        assert.match(stderr, /^keywire: .*OpenSession/mu);
        assert.ok(!stderr.includes(SECRET) && !stderr.includes('kind'), stderr);
        for (const line of stderr.trimEnd().split('\n')) assert.match(line, /^keywire: /u);
      }
    },
  ],
]);

const missing = requires('dbus-daemon', 'gnome-keyring', 'mock-prompter', 'secret-tool');
if (missing === undefined) {
  test('collection: made with a dialog, used, aliased, deleted', async () => {
    await using keyring = await bootGnomeKeyring({ prompter: 'accept' });
    const env = { ...keyring.env, DISPLAY: ':77' };
    const made = await keywire(env, ['collection', 'create', 'Work']);
    assert.equal(made.code, 0, made.stderr);
    const stored = ['store', '--collection=Work', '--label=L', 'app', 'demo'];
    assert.equal((await keywire(env, stored, { input: 'x' })).code, 0);
    const renamed = await keywire(env, ['collection', 'label', 'Work', 'Job']);
    assert.equal(renamed.code, 0, renamed.stderr);
    assert.equal((await keywire(env, ['collection', 'label', made.stdout.trim()])).stdout, 'Job\n');
    assert.equal((await keywire(env, ['collection', 'alias', 'default', 'Job'])).code, 0);
    assert.equal((await keywire(env, ['collection', 'alias', 'default'])).stdout, made.stdout);
    assert.equal((await keywire(env, ['collection', 'delete', 'Job'])).code, 0);
    assert.equal((await keywire(env, ['collection', 'delete', 'Job'])).code, 1);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).code, 1);
  });

  test('link: the program of that name, found on the PATH', async () => {
    await using keyring = await bootGnomeKeyring();
    const folder = await mkdtemp(path.join(tmpdir(), 'kw-link-'));
    try {
      const made = await keywire(keyring.env, ['link', folder, 'secret-tool']);
      assert.deepEqual([made.code, made.stdout], [0, `${folder}/secret-tool\n`]);
      const PATH = `${folder}:${path.dirname(process.execPath)}:/usr/bin:/bin`;
      const line = 'printf x | secret-tool store -l L a b && secret-tool lookup a b && secret-tool';
      const { code, stdout, stderr } = await run('/bin/sh', ['-c', line], {
        env: { ...keyring.env, PATH },
      });
      assert.deepEqual([code, Buffer.from(stdout).toString()], [2, 'x']);
      assert.match(stderr, /^usage: secret-tool store/u);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
} else {
  test.skip('collection: made with a dialog', missing);
}
