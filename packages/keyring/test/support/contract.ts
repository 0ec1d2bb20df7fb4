/**
 * What every backend that keeps things must do, whatever it keeps them in: written from the
 * documented behaviour of keytar, of Python keyring's backends and of Passwd::Keyring.
 */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { Keyring } from '../../src/index.ts';
import { failsWith } from './failing.ts';

/** How a suite gets at the keyring under test; each call opens another object on the same store. */
export interface ContractBench extends AsyncDisposable {
  open(options?: { readonly app?: string; readonly group?: string }): Promise<Keyring>;
}

const ASCII = Array.from({ length: 95 }, (_unused, index) => String.fromCharCode(32 + index)).join(
  '',
);
const NON_LATIN = 'zażółć gęślą jaźń · Ξεσκεπάζω · съешь ещё · 私はガラスを · 👩‍💻 · שלום';
const LONG = 'ab cd/ef'.repeat(40);

type Body = (keyring: Keyring, bench: ContractBench) => Promise<void>;

const RULES: readonly (readonly [name: string, body: Body])[] = [
  [
    'a password is read back, replaced and deleted',
    async (keyring) => {
      await keyring.setPassword('service', 'user', 'first');
      assert.equal(await keyring.getPassword('service', 'user'), 'first');
      await keyring.setPassword('service', 'user', 'second');
      assert.equal(await keyring.getPassword('service', 'user'), 'second');
      assert.equal((await keyring.findCredentials('service')).length, 1);
      await keyring.deletePassword('service', 'user');
      assert.equal(await keyring.getPassword('service', 'user'), undefined);
    },
  ],
  [
    'absent: get gives undefined, delete is an error, clear is none',
    async (keyring) => {
      assert.equal(await keyring.getPassword('service', 'nobody'), undefined);
      assert.equal(await keyring.getSecret('service', 'nobody'), undefined);
      assert.equal(await keyring.getCredential('service'), undefined);
      assert.deepEqual(await keyring.findCredentials('service'), []);
      const error = await failsWith('not-found', keyring.deletePassword('service', 'nobody'));
      assert.equal(error.outcome, 'absent');
      assert.equal(await keyring.clearPassword('service', 'nobody'), false);
      await keyring.setPassword('service', 'user', 'x');
      assert.equal(await keyring.clearPassword('service', 'user'), true);
      assert.equal(await keyring.clearPassword('service', 'user'), false);
    },
  ],
  [
    'service and username are both part of the key, exactly as written',
    async (keyring) => {
      await keyring.setPassword('service', 'user', 'a');
      for (const [service, username] of [
        ['service', 'User'],
        ['Service', 'user'],
        ['service', 'user '],
        [' service', 'user'],
        ['user', 'service'],
        ['service', 'use'],
      ] as const) {
        assert.equal(await keyring.getPassword(service, username), undefined);
      }
      await keyring.setPassword('service', 'other', 'b');
      await keyring.setPassword('other', 'user', 'c');
      assert.equal(await keyring.getPassword('service', 'user'), 'a');
      await keyring.deletePassword('service', 'user');
      assert.equal(await keyring.getPassword('service', 'other'), 'b');
      assert.equal(await keyring.getPassword('other', 'user'), 'c');
    },
  ],
  [
    'an empty password is a password',
    async (keyring) => {
      await keyring.setPassword('service', 'user', '');
      assert.equal(await keyring.getPassword('service', 'user'), '');
      await keyring.setPassword('service', 'user', 'no longer empty');
      assert.equal(await keyring.getPassword('service', 'user'), 'no longer empty');
      await keyring.setPassword('service', 'user', '');
      assert.equal(await keyring.getPassword('service', 'user'), '');
    },
  ],
  [
    'any printable ASCII, any script, and 320 characters in every place',
    async (keyring) => {
      for (const text of [ASCII, NON_LATIN, LONG, 'a\nb\tc', '{service}', '%_*?[]\\']) {
        await keyring.setPassword(text, text, text);
        assert.equal(await keyring.getPassword(text, text), text);
        assert.deepEqual(await keyring.findCredentials(text), [{ username: text, password: text }]);
        await keyring.deletePassword(text, text);
        assert.equal(await keyring.getPassword(text, text), undefined);
      }
    },
  ],
  [
    'bytes come back as they were, and are no password',
    async (keyring) => {
      const bytes = Uint8Array.from({ length: 512 }, (_unused, index) => index % 256);
      await keyring.setSecret('service', 'user', bytes);
      assert.deepEqual(new Uint8Array((await keyring.getSecret('service', 'user')) ?? []), bytes);
      const error = await failsWith('not-text', keyring.getPassword('service', 'user'));
      assert.equal(error.outcome, 'failed');
      await keyring.setPassword('service', 'user', 'text');
      assert.equal(await keyring.getPassword('service', 'user'), 'text');
    },
  ],
  [
    'a byte order mark, NUL and final newlines of a password stay',
    async (keyring) => {
      for (const password of ['\ufeffbom', 'nul\0in it', 'line\n', '\n', ' ']) {
        await keyring.setPassword('service', 'user', password);
        assert.equal(await keyring.getPassword('service', 'user'), password);
      }
    },
  ],
  [
    'a large secret comes back whole',
    async (keyring) => {
      const large = new Uint8Array(100_000).map((_unused, index) => (index * 7) % 251);
      await keyring.setSecret('service', 'large', large);
      assert.deepEqual(new Uint8Array((await keyring.getSecret('service', 'large')) ?? []), large);
    },
  ],
  [
    'getCredential: by username, and without one the service’s own',
    async (keyring) => {
      await keyring.setPassword('service', 'alice', 'a');
      assert.deepEqual(await keyring.getCredential('service'), {
        username: 'alice',
        password: 'a',
      });
      await keyring.setPassword('service', 'bob', 'b');
      assert.deepEqual(await keyring.getCredential('service', 'alice'), {
        username: 'alice',
        password: 'a',
      });
      assert.equal(await keyring.getCredential('service', 'carol'), undefined);
      const any = await keyring.getCredential('service');
      assert.ok(any?.username === 'alice' || any?.username === 'bob');
    },
  ],
  [
    'findCredentials gives all usernames of one service',
    async (keyring) => {
      await keyring.setPassword('service', 'alice', 'a');
      await keyring.setPassword('service', 'bob', 'b');
      await keyring.setPassword('service 2', 'carol', 'c');
      const found = await keyring.findCredentials('service');
      assert.deepEqual(found.map(({ username }) => username).sort(), ['alice', 'bob']);
      assert.deepEqual(found.map(({ password }) => password).sort(), ['a', 'b']);
    },
  ],
  [
    // @rule keyring/found-are-text
    'a secret that is no text hides no other, and its bytes can be had',
    async (keyring) => {
      await keyring.setSecret('service', 'key', Uint8Array.of(0xff, 0));
      await keyring.setPassword('service', 'alice', 'a');
      assert.deepEqual(await keyring.findCredentials('service'), [
        { username: 'alice', password: 'a' },
      ]);
      const found = await keyring.findSecrets('service');
      const bytes = found.map(({ username, secret }) => [username, [...secret]]);
      assert.deepEqual(bytes.sort(), [
        ['alice', [0x61]],
        ['key', [0xff, 0]],
      ]);
      assert.deepEqual(await keyring.findSecrets('service 2'), []);
    },
  ],
  [
    'the group is part of the key, the app is not',
    async (keyring, bench) => {
      await using grouped = await bench.open({ group: 'work', app: 'One' });
      await using other = await bench.open({ group: 'home' });
      await using sameGroup = await bench.open({ group: 'work', app: 'Two' });
      await keyring.setPassword('service', 'user', 'no group');
      assert.equal(await grouped.getPassword('service', 'user'), undefined);
      await grouped.setPassword('service', 'user', 'at work');
      await other.setPassword('service', 'user', 'at home');
      assert.equal(await keyring.getPassword('service', 'user'), 'no group');
      assert.equal(await sameGroup.getPassword('service', 'user'), 'at work');
      await sameGroup.setPassword('service', 'user', 'at work still');
      assert.equal(await grouped.getPassword('service', 'user'), 'at work still');
      assert.equal((await grouped.findCredentials('service')).length, 1);
      assert.equal((await keyring.findCredentials('service')).length, 1);
      await keyring.deletePassword('service', 'user');
      assert.equal(await other.getPassword('service', 'user'), 'at home');
      assert.equal(await grouped.clearPassword('service', 'user'), true);
      assert.equal(await sameGroup.getPassword('service', 'user'), undefined);
    },
  ],
  [
    'several objects see each other’s changes at once',
    async (keyring, bench) => {
      await using second = await bench.open({ app: 'Another' });
      await keyring.setPassword('service', 'user', 'one');
      assert.equal(await second.getPassword('service', 'user'), 'one');
      await second.setPassword('service', 'user', 'two');
      assert.equal(await keyring.getPassword('service', 'user'), 'two');
      await second.deletePassword('service', 'user');
      assert.equal(await keyring.getPassword('service', 'user'), undefined);
    },
  ],
  [
    'overlapping calls on one object leave one entry with one of the passwords',
    async (keyring) => {
      const passwords = ['1', '2', '3', '4', '5', '6'];
      await Promise.all(passwords.map((p) => keyring.setPassword('service', 'user', p)));
      const found = await keyring.findCredentials('service');
      assert.equal(found.length, 1);
      assert.ok(passwords.includes(found[0]?.password ?? ''));
      const [one, two] = await Promise.all([
        keyring.getPassword('service', 'user'),
        keyring.getPassword('service', 'nobody'),
        keyring.setPassword('service 2', 'user', 'x'),
      ]);
      assert.equal(one, found[0]?.password);
      assert.equal(two, undefined);
    },
  ],
  [
    'bad input is refused by name, and nothing changes',
    async (keyring) => {
      await keyring.setPassword('service', 'user', 'stays');
      for (const attempt of [
        () => keyring.setPassword('', 'user', 'x'),
        () => keyring.getPassword('', 'user'),
        () => keyring.setPassword('service', '', 'x'),
        () => keyring.deletePassword('service', ''),
        () => keyring.setPassword('ser\0vice', 'user', 'x'),
        () => keyring.setPassword('service', 'us\0er', 'x'),
        () => keyring.getPassword('service', '\ud800'),
        () => keyring.setPassword('service', 'user', '\udfff'),
      ]) {
        const error = await failsWith('invalid-argument', attempt());
        assert.ok(!error.message.includes('stays'));
      }
      const enormous = 'x'.repeat(65_537);
      await failsWith('too-large', keyring.getPassword(enormous, 'user'));
      await failsWith('too-large', keyring.setPassword('service', enormous, 'x'));
      const secret = new Uint8Array(16 * 1024 * 1024 + 1);
      await failsWith('too-large', keyring.setSecret('service', 'user', secret));
      assert.equal(await keyring.getPassword('service', 'user'), 'stays');
      assert.equal((await keyring.findCredentials('service')).length, 1);
    },
  ],
  [
    'an aborted signal ends a call before it does anything',
    async (keyring) => {
      const signal = AbortSignal.abort('enough');
      for (const attempt of [
        () => keyring.setPassword('service', 'user', 'x', { signal }),
        () => keyring.getPassword('service', 'user', { signal }),
        () => keyring.clearPassword('service', 'user', { signal }),
        () => keyring.findCredentials('service', { signal }),
        () => keyring.status({ signal }),
        () => keyring.probe({ signal }),
      ]) {
        const error = await failsWith('aborted', attempt());
        assert.equal(error.cause, 'enough');
      }
      assert.equal(await keyring.getPassword('service', 'user'), undefined);
    },
  ],
  [
    'a probe leaves nothing behind, and status asks nobody',
    async (keyring) => {
      await keyring.probe();
      assert.deepEqual(await keyring.findCredentials('keywire probe'), []);
      const status = await keyring.status();
      assert.equal(status.state, 'ready');
      assert.equal(status.backend, keyring.backend);
      assert.equal(await keyring.isPersistent(), status.isPersistent);
      assert.match(keyring.backend, /^[ -~]+$/);
    },
  ],
  [
    'a closed keyring says so',
    async (_keyring, bench) => {
      const keyring = await bench.open();
      await keyring.close();
      await keyring.close();
      await failsWith('closed', keyring.getPassword('service', 'user'));
      await failsWith('closed', keyring.setPassword('service', 'user', 'x'));
    },
  ],
];

/** Registers the suite for one backend; every rule starts on an empty store. */
export function contract(name: string, boot: () => Promise<ContractBench>): void {
  for (const [rule, body] of RULES) {
    test(`${name}: ${rule}`, async () => {
      await using bench = await boot();
      await using keyring = await bench.open();
      await body(keyring, bench);
    });
  }
}

/** Registers the suite as one test, for stores that take long to make. */
export function contractOnOne(
  name: string,
  register: (name: string, body: (bench: ContractBench) => Promise<void>) => void,
): void {
  register(name, async (bench) => {
    for (const [rule, body] of RULES) {
      await using keyring = await bench.open();
      try {
        await body(keyring, bench);
      } catch (error) {
        const told = error instanceof Error ? error.message : String(error);
        throw new Error(`rule "${rule}": ${told}`, { cause: error });
      } finally {
        await emptied(bench);
      }
    }
  });
}

const SERVICES = ['service', 'service 2', 'Service', 'other', ASCII, NON_LATIN, LONG];

async function emptied(bench: ContractBench): Promise<void> {
  for (const group of [undefined, 'work', 'home']) {
    await using keyring = await bench.open(group === undefined ? {} : { group });
    for (const service of SERVICES) {
      for (const { username } of await keyring.findSecrets(service)) {
        await keyring.clearPassword(service, username);
      }
    }
  }
}
