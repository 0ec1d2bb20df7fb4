/**
 * get, set, del, exec and migrate on real keyrings, with secret-tool on the other side: it writes
 * what keytar would write, and sees what ours did.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { secretToolLookup, secretToolStore } from '../../../test-fixtures/src/index.ts';
import { type Answer, keywire, onEachKeyring } from './support/keywire.ts';

type Environment = Readonly<Record<string, string>>;

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes);

const SERVICE = 'https://api.example/v1';

function keytarItem(account: string, secret: string): Parameters<typeof secretToolStore>[1] {
  return {
    label: `kw/${account}`,
    attributes: {
      service: 'kw',
      account,
      'xdg:schema': 'org.freedesktop.Secret.Generic',
    },
    secret,
  };
}

async function json(answer: Promise<Answer>): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await answer;
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

onEachKeyring([
  [
    'set, get and del, and what secret-tool sees of it',
    async ({ env, peerEnv }) => {
      for (const [input, stored] of [
        ['first\n', 'first'],
        ['zwei → 日本\n\n', 'zwei → 日本\n'],
      ] as const) {
        const done = await keywire(env, ['set', SERVICE, 'me ü'], { input });
        assert.deepEqual([done.code, done.stdout, done.stderr], [0, '', '']);
        assert.equal((await keywire(env, ['get', SERVICE, 'me ü'])).stdout, stored);
        const seen = await secretToolLookup(peerEnv, { service: SERVICE, username: 'me ü' });
        assert.equal(text(seen), stored);
      }
      assert.equal((await keywire(env, ['get', SERVICE, 'you'])).code, 1);
      assert.equal((await keywire(env, ['del', SERVICE, 'me ü'])).code, 0);
      assert.equal((await keywire(env, ['del', SERVICE, 'me ü'])).code, 1);
      assert.equal(await secretToolLookup(peerEnv, { service: SERVICE }), undefined);
    },
  ],
  [
    'exec: the password is in the environment of the command and nowhere else',
    async ({ env }) => {
      await keywire(env, ['set', SERVICE, 'me'], { input: 's3cret ü' });
      const withNode: Environment = {
        ...env,
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
      };
      const script =
        'printf %s "$TOKEN"; tr "\\0" "\\n" < /proc/$PPID/environ | grep -c TOKEN; exit 5';
      const args = ['exec', '--env', `TOKEN=${SERVICE}/me`, '--', 'sh', '-c', script];
      const ran = await keywire(withNode, args);
      assert.deepEqual([ran.code, ran.stdout, ran.stderr], [5, 's3cret ü0\n', '']);
      const missing = await keywire(withNode, [
        'exec',
        `--env=TOKEN=${SERVICE}/you`,
        'echo',
        'ran',
      ]);
      assert.deepEqual([missing.code, missing.stdout], [125, '']);
      assert.equal((await keywire(env, ['del', SERVICE, 'me'])).code, 0);
    },
  ],
  [
    'migrate: copies, is run again, and deletes on request what it has read back',
    async ({ env, peerEnv }) => {
      const migrate = (...options: string[]): Promise<Answer> =>
        keywire(env, ['migrate', '--from=keytar', '--to=keywire', '--service=kw', ...options]);
      const get = async (user: string): Promise<string> =>
        (await keywire(env, ['get', 'kw', user])).stdout;
      for (const account of ['a', 'b', 'c']) {
        await secretToolStore(peerEnv, keytarItem(account, `secret of ${account}`));
      }
      const dry = await json(migrate('--dry-run', '--json'));
      assert.deepEqual([dry['total'], dry['copied']], [3, 3]);
      assert.equal(await get('a'), '');

      // One is there already and differs: nothing is decided for the user.
      await keywire(env, ['set', 'kw', 'b'], { input: 'another' });
      const refused = await migrate();
      assert.equal(refused.code, 7);
      assert.match(refused.stderr, /--on-conflict=keep or --on-conflict=overwrite\n$/u);
      assert.equal(await get('b'), 'another');

      const kept = await json(migrate('--on-conflict=keep', '--delete', '--json'));
      assert.deepEqual([kept['keptTarget'], kept['deleted']], [1, 2]);
      assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(get)), [
        'secret of a',
        'another',
        'secret of c',
      ]);
      assert.equal(
        text(await secretToolLookup(peerEnv, { service: 'kw', account: 'b' })),
        'secret of b',
      );
      assert.equal(await secretToolLookup(peerEnv, { service: 'kw', account: 'a' }), undefined);

      const last = await migrate('--on-conflict=overwrite', '--delete');
      assert.deepEqual(
        [last.code, last.stdout],
        [0, '1 found, 1 copied, 0 there already, 1 deleted\n'],
      );
      assert.equal(await get('b'), 'secret of b');
      assert.equal((await migrate()).code, 1);
      for (const user of ['a', 'b', 'c']) await keywire(env, ['del', 'kw', user]);
    },
  ],
]);
