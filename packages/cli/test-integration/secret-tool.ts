/**
 * keywire and secret-tool on the same real keyring: what one stores the other reads, byte for byte,
 * and both see the same items.
 */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { keywire, onEachKeyring } from './support/keywire.ts';

/** Bytes that look random and are the same in every run. */
function pseudoRandom(length: number): Uint8Array {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < length; index += 1) {
    blocks.push(createHash('sha256').update(`block ${index}`).digest());
  }
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
}

onEachKeyring([
  [
    'what secret-tool stored, lookup prints byte for byte',
    async ({ env, peerEnv }) => {
      const secrets = ['s3cret', 'final newline\n', '\n', 'ünï → 日本 🗝', 'x'.repeat(8000)];
      for (const [index, secret] of secrets.entries()) {
        const attributes = { app: 'demo', number: String(index) };
        await secretToolStore(peerEnv, { label: `L${index}`, attributes, secret });
        const args = ['lookup', 'app', 'demo', 'number', String(index)];
        const { code, stdout, stderr } = await keywire(env, args);
        assert.deepEqual([code, stdout, stderr], [0, secret, '']);
      }
    },
  ],
  [
    'what store wrote, secret-tool prints byte for byte',
    async ({ env, peerEnv }) => {
      const secrets = ['s3cret', 'final newline\n', 'ünï → 日本 🗝', 'x'.repeat(100_000)];
      for (const [index, secret] of secrets.entries()) {
        const pairs = ['app', 'demo', 'number', String(index)];
        const stored = await keywire(env, ['store', '--label=L', ...pairs], { input: secret });
        assert.deepEqual([stored.code, stored.stdout, stored.stderr], [0, '', '']);
        const read = await secretToolLookup(peerEnv, { app: 'demo', number: String(index) });
        assert.equal(Buffer.from(read ?? []).toString(), secret);
      }
    },
  ],
  [
    'empty, 100 kB binary and 1 MiB survive, and SecretStorage reads them',
    async ({ env, peerEnv }) => {
      const secrets = [new Uint8Array(), pseudoRandom(100_000), pseudoRandom(1024 * 1024)];
      for (const [index, secret] of secrets.entries()) {
        const pairs = ['app', 'demo', 'number', String(index)];
        const stored = await keywire(env, ['store', '--label=L', ...pairs], { input: secret });
        assert.deepEqual([stored.code, stored.stderr], [0, '']);
        const { code, stdoutBytes } = await keywire(env, ['lookup', ...pairs]);
        assert.equal(code, 0);
        assert.ok(Buffer.from(stdoutBytes).equals(secret), `${stdoutBytes.length} bytes`);
        const items = await secretStorage.search(peerEnv, { app: 'demo', number: String(index) });
        assert.equal(items.length, 1);
        assert.ok(Buffer.from(items[0]?.secret ?? []).equals(secret));
      }
    },
  ],
  [
    'storing {app} leaves {app, user} alone, and replaces {app}',
    async ({ env }) => {
      const both = ['app', 'demo', 'user', 'me'];
      const store = (pairs: readonly string[], input: string): ReturnType<typeof keywire> =>
        keywire(env, ['store', '--label=L', ...pairs], { input });
      for (const [pairs, secret] of [
        [['app', 'demo'], 'first'],
        [both, 'neighbour'],
        [['app', 'demo'], 'second'],
      ] as const) {
        assert.equal((await store(pairs, secret)).code, 0);
      }
      assert.equal((await keywire(env, ['lookup', ...both])).stdout, 'neighbour');
      const { stdout } = await keywire(env, ['search', '--all', '--json', 'app', 'demo']);
      const secrets = JSON.parse(stdout).items.map((item: { secret: string }) => item.secret);
      assert.deepEqual(secrets.sort(), ['neighbour', 'second']);
    },
  ],
  [
    "search prints secret-tool's lines",
    async ({ env, peerEnv }) => {
      const seeds = [
        { label: 'Plain', attributes: { app: 'demo', user: 'u1' }, secret: 's1' },
        {
          label: 'Ünïcode 日本',
          attributes: { app: 'demo', 'xdg:schema': 'org.example.Foo' },
          secret: 'zwei\nlines\n',
        },
        { label: 'Other', attributes: { app: 'other' }, secret: 'other' },
      ];
      for (const seed of seeds) await secretToolStore(peerEnv, seed);
      for (const args of [
        ['search', '--all', 'app', 'demo'],
        ['search', '--all', '--unlock', 'app', 'demo'],
        ['search', 'app', 'other'],
      ]) {
        const theirs = await secretTool(peerEnv, args);
        const ours = await keywire(env, args);
        assert.equal(theirs.code, 0);
        assert.equal(ours.code, 0, ours.stderr);
        assert.equal(
          withoutAdded(ours.stdout),
          withoutAdded(Buffer.from(theirs.stdout).toString()),
        );
        // The order of attributes is that of a hash table there.
        assert.deepEqual(ours.stderr.split('\n').sort(), theirs.stderr.split('\n').sort());
      }
      const first = await keywire(env, ['search', 'app', 'demo']);
      assert.equal(first.stdout.match(/^label = /gmu)?.length, 1);
      assert.equal((await keywire(env, ['search', '--all', 'app', 'none'])).code, 1);
    },
  ],
  [
    'clear and list agree with what secret-tool sees',
    async ({ env, peerEnv }) => {
      const seeds = ['u1', 'u2'].map((user) => ({
        label: `Item of ${user}`,
        attributes: { app: 'demo', user },
        secret: `hunter2 of ${user}`,
      }));
      const other = { label: 'Other', attributes: { app: 'other' }, secret: 'other' };
      for (const seed of [...seeds, other]) await secretToolStore(peerEnv, seed);
      const listed = await keywire(env, ['list']);
      assert.equal(listed.code, 0);
      for (const { label, attributes } of [...seeds, other]) {
        assert.ok(listed.stdout.includes(`\n  ${label}\n`), listed.stdout);
        assert.ok(listed.stdout.includes(`\n    app = ${attributes.app}\n`), listed.stdout);
      }
      assert.doesNotMatch(listed.stdout, /hunter2/u);
      const json = await keywire(env, ['list', '--json', '--collection=default']);
      assert.doesNotMatch(json.stdout, /hunter2/u);
      const [collection] = JSON.parse(json.stdout).collections;
      assert.deepEqual([collection.default, collection.locked], [true, false]);
      const labels = collection.items.map((item: { label: string }) => item.label);
      assert.deepEqual(labels.sort(), ['Item of u1', 'Item of u2', 'Other']);

      const cleared = await keywire(env, ['clear', 'app', 'demo']);
      assert.deepEqual([cleared.code, cleared.stdout, cleared.stderr], [0, '', '']);
      assert.equal((await keywire(env, ['clear', 'app', 'demo'])).code, 1);
      assert.equal(await secretToolLookup(peerEnv, { app: 'demo' }), undefined);
      const left = await secretToolLookup(peerEnv, { app: 'other' });
      assert.equal(Buffer.from(left ?? []).toString(), 'other');
      await secretTool(peerEnv, ['clear', 'app', 'other']);
      assert.equal((await keywire(env, ['lookup', 'app', 'other'])).code, 1);
    },
  ],
  [
    'a collection is named by alias, identifier, label or path',
    async ({ env }) => {
      const { stdout } = await keywire(env, ['list', '--json']);
      const { collections } = JSON.parse(stdout);
      const standard = collections.find((each: { default: boolean }) => each.default);
      const identifier = standard.path.slice(standard.path.lastIndexOf('/') + 1);
      for (const name of ['default', identifier, standard.label, standard.path]) {
        const named = `--collection=${name}`;
        const stored = await keywire(env, ['store', named, '--label=L', 'in', name], {
          input: name,
        });
        assert.deepEqual([stored.code, stored.stderr], [0, ''], name);
        assert.equal((await keywire(env, ['lookup', named, 'in', name])).stdout, name);
        assert.equal((await keywire(env, ['clear', named, 'in', name])).code, 0);
      }
      for (const command of ['lookup', 'search', 'clear']) {
        const wrong = await keywire(env, [command, '--collection=no such', 'in', 'x']);
        assert.equal(wrong.code, 1);
        assert.match(wrong.stderr, /^keywire: collection: expected [^\n]*none has it[^\n]*\n$/u);
      }
    },
  ],
]);

/** Without the schema that gnome-keyring adds to items that have none, at its own time (QUIRKS, G3). */
function withoutAdded(printed: string): string {
  return printed.replace(/^schema = org\.freedesktop\.Secret\.Generic\n/gmu, '');
}
