import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { type MemoryItem, MemoryKeyring } from '../support/memory-keyring.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function item(server: string, username: string, created = 1): MemoryItem {
  const attributes = { label: 'Docker Credentials', server, username, docker_cli: '1' };
  return {
    label: `Registry credentials for ${server}`,
    attributes: new Map(Object.entries(attributes)),
    secret: encode(`secret of ${username}`),
    created,
  };
}

function docker(
  action: string,
  stdin: string,
  keyring: MemoryKeyring,
  parts: FakeHostParts = {},
): Promise<Shown> {
  return runWords(['docker-credential', action], new FakeHost({ keyring, stdin, ...parts }));
}

/** Each action, and a request of it. */
const ACTIONS = [
  ['store', '{"ServerURL":"r","Username":"u","Secret":"s"}'],
  ['get', 'r'],
  ['erase', 'r'],
  ['list', ''],
] as const;

test('get: the newest of a server, verbatim', async () => {
  const keyring = new MemoryKeyring([item('r', 'old'), item('r', 'new', 2), item('r/', 'other')]);
  const { code, stdout, stderr } = await docker('get', ' r\n', keyring);
  assert.deepEqual(
    [code, stdout, stderr],
    [0, '{"ServerURL":"r","Username":"new","Secret":"secret of new"}\n', ''],
  );
  assert.deepEqual(keyring.calls, ['search unlock=true limit=undefined']);
});

// @rule cli/docker-not-found
test('get: "not found" only of what is not there', async () => {
  const none = await docker('get', 'r', new MemoryKeyring());
  assert.deepEqual(
    [none.code, none.stdout, none.stderr],
    [1, 'credentials not found in native keychain\n', ''],
  );
  const withheld = new MemoryKeyring([{ ...item('r', 'u'), withheld: 'locked' }]);
  const locked = await docker('get', 'r', withheld);
  assert.deepEqual(
    [locked.code, locked.stdout, locked.stderr],
    [1, 'the keyring does not give the secret: locked\n', ''],
  );
  const binary = new MemoryKeyring([{ ...item('r', 'u'), secret: Uint8Array.of(0xff) }]);
  const unreadable = await docker('get', 'r', binary);
  assert.deepEqual([unreadable.code, unreadable.stdout], [1, 'the secret is not UTF-8\n']);
  const broken = new MemoryKeyring();
  broken.failure = new TypeError('no bus');
  const failed = await docker('get', 'r', broken);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^unexpected failure: [^\n]*no bus\n$/u);
});

test('get and erase: without a URL', async () => {
  for (const action of ['get', 'erase']) {
    const { code, stdout } = await docker(action, ' \n', new MemoryKeyring());
    assert.deepEqual([code, stdout], [1, 'no credentials server URL\n']);
  }
});

// @rule cli/docker-one-user
test('store: logins at the same time do not delete each other', async () => {
  // Both have looked before either goes on.
  let goOn: (() => void) | undefined;
  const bothLooked = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let looks = 0;
  class Meeting extends MemoryKeyring {
    override async describe(query: Parameters<MemoryKeyring['describe']>[0]) {
      const found = await super.describe(query);
      looks += 1;
      if (looks === 2) goOn?.();
      await bothLooked;
      return found;
    }
  }
  const keyring = new Meeting();
  const login = (user: string): Promise<Shown> =>
    docker('store', `{"ServerURL":"r","Username":"${user}","Secret":"s"}`, keyring);
  const codes = (await Promise.all([login('a'), login('b')])).map(({ code }) => code);
  assert.deepEqual(codes, [0, 0]);
  const users = keyring.items.map(({ attributes }) => attributes.get('username')).sort();
  assert.deepEqual(users, ['a', 'b']);
});

test('store: one user a server is left, other servers are not touched', async () => {
  const keyring = new MemoryKeyring([item('r', 'old'), item('other', 'o')]);
  const stdin = '{"ServerURL":"r","Username":"<token>","Secret":"s"}';
  const { code, stdout, stderr } = await docker('store', stdin, keyring);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  assert.deepEqual(
    keyring.items.map(({ label, attributes }) => [label, attributes.get('username')]),
    [
      ['Registry credentials for other', 'o'],
      ['r', '<token>'],
    ],
  );
  const read = await docker('get', 'r', keyring);
  assert.deepEqual(JSON.parse(read.stdout), { ServerURL: 'r', Username: '<token>', Secret: 's' });
  const refused = await docker('store', 'hunter2', keyring);
  assert.deepEqual(
    [refused.code, refused.stdout],
    [1, 'expected JSON with ServerURL, Username and Secret\n'],
  );
});

test('erase: all of the server; of nothing is done too', async () => {
  const keyring = new MemoryKeyring([item('r', 'a'), item('r', 'b'), item('s', 'c')]);
  for (let time = 0; time < 2; time += 1) {
    const { code, stdout } = await docker('erase', 'r\n', keyring);
    assert.deepEqual([code, stdout, keyring.items.length], [0, '', 1]);
  }
});

test('list: URLs and users, whatever the labels; the newest user of each', async () => {
  const empty = await docker('list', 'unused', new MemoryKeyring());
  assert.deepEqual([empty.code, empty.stdout], [0, '{}\n']);
  const keyring = new MemoryKeyring([item('r', 'new', 2), item('r', 'old'), item('b', 'u')]);
  const { stdout } = await docker('list', '', keyring);
  assert.equal(stdout, '{"b":"u","r":"new"}\n');
  // No secret is read for it, nor to see which older ones a new one takes the place of.
  await docker('store', '{"ServerURL":"r","Username":"u","Secret":"s"}', keyring);
  assert.deepEqual(
    keyring.calls.filter((call) => call.startsWith('search')),
    [],
  );
});

test('version; an unknown action is wrong usage', async () => {
  const { code, stdout } = await docker('version', '', new MemoryKeyring());
  assert.deepEqual([code, stdout], [0, 'docker-credential-keywire (keywire) 9.8.7\n']);
  const unknown = await docker('pull', '', new MemoryKeyring());
  assert.equal(unknown.code, 2);
});

test('stdin that is not UTF-8 is refused, and wiped', async () => {
  const host = new FakeHost({ stdin: Uint8Array.of(0x7b, 0xff) });
  const { code, stdout } = await runWords(['docker-credential', 'store'], host);
  assert.deepEqual([code, stdout], [1, 'stdin is not UTF-8\n']);
  assert.deepEqual(host.handedOut, [new Uint8Array(2)]);
});

test('a collection is passed on, buffers are wiped, and input has a limit', async () => {
  for (const [action, stdin] of ACTIONS) {
    const keyring = new MemoryKeyring([item('r', 'u'), item('r', 'v')]);
    const host = new FakeHost({ keyring, stdin });
    const shown = await runWords(['docker-credential', '--collection=work', action], host);
    assert.equal(shown.code, 0, action);
    const scoped = keyring.calls.filter((call) => call !== 'delete');
    assert.ok(scoped.length > 0 && scoped.every((call) => call.endsWith('in work')), action);
    const buffers = [...host.handedOut, ...keyring.given, ...keyring.taken];
    assert.equal(buffers.flatMap((each) => [...each]).some(Boolean), false, action);
    const limit = action === 'list' ? [] : ['readStdin 1048576'];
    assert.deepEqual(host.log, [...limit, 'openKeyring']);
  }
});

test('store: text, and an older one that cannot be deleted is a failure', async () => {
  const stdin = '{"ServerURL":"r","Username":"u","Secret":"s"}';
  const keyring = new MemoryKeyring();
  await docker('store', stdin, keyring);
  assert.deepEqual(
    keyring.items.map(({ contentType }) => contentType),
    ['text/plain'],
  );
  assert.ok(keyring.calls.includes('describe unlock=true limit=undefined'));
  keyring.delete = async () => {
    throw new TypeError('x');
  };
  assert.equal((await docker('store', stdin, keyring)).code, 1);
});

test('who pressed Ctrl-C is told nothing', async () => {
  const broken = new MemoryKeyring();
  broken.failure = new TypeError('x');
  const { code, stdout, stderr } = await docker('get', 'r', broken, {
    signal: AbortSignal.abort(),
  });
  assert.deepEqual([code, stdout, stderr], [130, '', '']);
});

test('every action that needs the keyring says so when it fails', async () => {
  for (const [action, stdin] of ACTIONS) {
    const broken = new MemoryKeyring();
    broken.failure = new TypeError('x');
    assert.equal((await docker(action, stdin, broken)).code, 1, action);
  }
});

test('list: locked accounts are unlocked for it, and what names no server is passed over', async () => {
  const keyring = new MemoryKeyring([item('r', 'u'), item('gone', 'v')]);
  keyring.items[1]?.attributes.delete('server');
  assert.equal((await docker('list', '', keyring)).stdout, '{"r":"u"}\n');
  assert.deepEqual(keyring.calls, ['describe unlock=true limit=undefined']);
});
