import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import type { FoundItem } from '../../src/types/items.ts';
import type { SearchRequest } from '../../src/types/keyring.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { type MemoryItem, MemoryKeyring } from '../support/memory-keyring.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const ORIGIN = 'protocol=https\nhost=h\n';
const NOW_SECONDS = 1000;

function item(secret: string, extra: Record<string, string> = {}, created = 1): MemoryItem {
  const attributes = new Map(
    Object.entries({ user: 'u', protocol: 'https', server: 'h', ...extra }),
  );
  return { label: 'Git', attributes, secret: encode(secret), created };
}

function git(
  operation: string,
  stdin: string,
  keyring: MemoryKeyring,
  parts: FakeHostParts = {},
): Promise<Shown> {
  const host = new FakeHost({ keyring, stdin, nowMs: NOW_SECONDS * 1000, ...parts });
  return runWords(['git-credential', operation], host);
}

const SECRETS = (keyring: MemoryKeyring): string[] =>
  keyring.items.map(({ secret }) => new TextDecoder().decode(secret));

test('get: user and password of the newest match; nothing and exit 0 where there is none', async () => {
  const keyring = new MemoryKeyring([item('old'), item('new', { user: 'v' }, 2)]);
  const { code, stdout, stderr } = await git('get', ORIGIN, keyring);
  assert.deepEqual([code, stdout, stderr], [0, 'username=v\npassword=new\n', '']);
  const named = await git('get', `${ORIGIN}username=u\n`, keyring);
  assert.equal(named.stdout, 'username=u\npassword=old\n');
  const none = await git('get', 'protocol=https\nhost=other\n', keyring);
  assert.deepEqual([none.code, none.stdout], [0, '']);
});

test('get: a credential for another port is not given', async () => {
  const keyring = new MemoryKeyring([item('p', { port: '8080' })]);
  assert.equal((await git('get', ORIGIN, keyring)).stdout, '');
  const there = await git('get', 'protocol=https\nhost=h:8080\n', keyring);
  assert.equal(there.stdout, 'username=u\npassword=p\n');
});

// @rule cli/git-no-host-no-secret
test('get: a request that names no host gets the password of none, and leaves no copies', async () => {
  const keyring = new MemoryKeyring([
    item('of h', { object: 'p' }),
    item('of none', { server: '' }),
  ]);
  const { code, stdout } = await git('get', 'protocol=https\npath=p\n', keyring);
  assert.deepEqual([code, stdout], [0, '']);
  await git('get', ORIGIN, new MemoryKeyring([item('p', { port: '8080' })]));
  const other = new MemoryKeyring([item('p', { port: '8080' })]);
  await git('get', ORIGIN, other);
  for (const { given } of [keyring, other]) {
    assert.deepEqual(
      [given.length, given.flatMap((each) => [...each]).every((byte) => byte === 0)],
      [1, true],
    );
  }
  const certificate = new MemoryKeyring([
    {
      ...item('pass'),
      attributes: new Map([
        ['protocol', 'cert'],
        ['object', '/c.pem'],
      ]),
    },
  ]);
  const found = await git('get', 'protocol=cert\npath=/c.pem\n', certificate);
  assert.equal(found.stdout, 'password=pass\n');
});

// @rule cli/unused-secrets-are-wiped
test('get, erase: where one of two searches fails, the secrets of the other are wiped', async () => {
  class HalfKeyring extends MemoryKeyring {
    override async search(request: SearchRequest): Promise<readonly FoundItem[]> {
      if (request.attributes.has('user')) return await super.search(request);
      throw new CliError('no-answer', 'gone');
    }
  }
  const request = `${ORIGIN}username=u\ncapability[]=authtype\n`;
  for (const operation of ['get', 'erase']) {
    const keyring = new HalfKeyring([item('p')]);
    const { code, stdout } = await git(operation, request, keyring);
    assert.deepEqual([code, stdout, keyring.items.length], [5, '', 1]);
    assert.deepEqual(keyring.given, [new Uint8Array(1)]);
  }
});

// @rule cli/git-expired
test('get: an expired password is not given, the next one is', async () => {
  const keyring = new MemoryKeyring([
    item('fresh\npassword_expiry_utc=1001\noauth_refresh_token=r'),
    item('stale\npassword_expiry_utc=999', { user: 'v' }, 2),
  ]);
  const { stdout } = await git('get', ORIGIN, keyring);
  assert.equal(
    stdout,
    'username=u\npassword=fresh\npassword_expiry_utc=1001\noauth_refresh_token=r\n',
  );
});

test('get: a password is good in the second in which it expires', async () => {
  const keyring = new MemoryKeyring([item(`p\npassword_expiry_utc=${NOW_SECONDS}`)]);
  assert.match((await git('get', ORIGIN, keyring)).stdout, /^password=p$/mu);
  const late = { nowMs: NOW_SECONDS * 1000 + 1 };
  assert.equal((await git('get', ORIGIN, keyring, late)).stdout, '');
});

test('get: what is locked is unlocked; of another port it stays out of it', async () => {
  const keyring = new MemoryKeyring([{ ...item('p', { port: '1' }), withheld: 'locked' }]);
  const { code, stdout } = await git('get', ORIGIN, keyring);
  assert.deepEqual([code, stdout], [0, '']);
  assert.deepEqual(keyring.calls, ['search unlock=true limit=undefined']);
});

test('get: an item whose user is no line is passed over', async () => {
  const keyring = new MemoryKeyring([item('a'), item('b', { user: 'x\npassword=evil' }, 2)]);
  assert.equal((await git('get', ORIGIN, keyring)).stdout, 'username=u\npassword=a\n');
});

test('get: what the keyring withholds is a failure, unless something else fits', async () => {
  const withheld = { ...item('a', {}, 2), withheld: 'denied' as const };
  const failed = await git('get', ORIGIN, new MemoryKeyring([withheld]));
  assert.deepEqual([failed.code, failed.stdout], [7, '']);
  const other = await git('get', ORIGIN, new MemoryKeyring([withheld, item('b')]));
  assert.equal(other.stdout, 'username=u\npassword=b\n');
});

test('a header is stored, given and erased, to who can do with it', async () => {
  const keyring = new MemoryKeyring();
  const bearer = 'authtype=Bearer\ncredential=tok\n';
  await git('store', `capability[]=authtype\n${ORIGIN}${bearer}`, keyring);
  assert.equal(keyring.items.length, 1);
  assert.equal((await git('get', ORIGIN, keyring)).stdout, '');
  const given = await git('get', `capability[]=authtype\n${ORIGIN}`, keyring);
  assert.equal(given.stdout, `capability[]=authtype\n${bearer}`);
  await git('erase', `${ORIGIN}authtype=Bearer\ncredential=other\n`, keyring);
  assert.equal(keyring.items.length, 1);
  await git('erase', `${ORIGIN}${bearer}`, keyring);
  assert.equal(keyring.items.length, 0);
});

test('store: label, attributes and secret; nothing is said', async () => {
  const keyring = new MemoryKeyring();
  const { code, stdout, stderr } = await git(
    'store',
    `${ORIGIN}username=u\npassword=p\npassword_expiry_utc=2000\n`,
    keyring,
  );
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  assert.deepEqual(
    keyring.items.map(({ label, attributes }) => [label, attributes.get('xdg:schema')]),
    [['Git: https://h/', 'org.git.Password']],
  );
  assert.deepEqual(SECRETS(keyring), ['p\npassword_expiry_utc=2000']);
});

test('store: the item of another helper is kept up to date, doubles go, neighbours stay', async () => {
  const older = 'org.gnome.keyring.NetworkPassword';
  const keyring = new MemoryKeyring([
    item('theirs', { 'xdg:schema': older }, 2),
    item('double'),
    item('another user', { user: 'v' }),
    item('another path', { object: 'p' }),
    item('another port', { port: '1' }),
  ]);
  await git('store', `${ORIGIN}username=u\npassword=ours\n`, keyring);
  assert.deepEqual(SECRETS(keyring), ['another user', 'another path', 'another port', 'ours']);
  assert.equal(keyring.items.at(-1)?.attributes.get('xdg:schema'), older);
});

test('store: of several items for one credential the newest is the one that is kept', async () => {
  const newest = 'org.gnome.keyring.NetworkPassword';
  const keyring = new MemoryKeyring([
    item('older', { 'xdg:schema': 'org.git.Password' }),
    item('newest', { 'xdg:schema': newest }, 2),
  ]);
  await git('store', `${ORIGIN}username=u\npassword=ours\n`, keyring);
  assert.deepEqual(
    keyring.items.map(({ attributes, contentType }) => [attributes.get('xdg:schema'), contentType]),
    [[newest, 'text/plain']],
  );
});

test('store and erase: what cannot be deleted is a failure', async () => {
  const keyring = new MemoryKeyring([item('a')]);
  keyring.delete = async () => {
    throw new TypeError('x');
  };
  for (const operation of ['store', 'erase']) {
    assert.equal((await git(operation, `${ORIGIN}username=u\npassword=a\n`, keyring)).code, 7);
  }
});

test('store: another collection that is locked needs no prompt; another failure is one', async () => {
  class Failing extends MemoryKeyring {
    searchFailure: Error | undefined;
    override async describe(): Promise<never> {
      throw this.searchFailure;
    }
  }
  const keyring = new Failing();
  const stdin = `${ORIGIN}username=u\npassword=p\n`;
  keyring.searchFailure = Object.assign(new Error('x'), { name: 'LockedError', code: 'locked' });
  assert.equal((await git('store', stdin, keyring)).code, 0);
  assert.deepEqual(SECRETS(keyring), ['p']);
  keyring.searchFailure = new TypeError('x');
  assert.equal((await git('store', stdin, keyring)).code, 7);
  assert.equal(keyring.items.length, 1);
});

test('store: what git would not store is not stored', async () => {
  const keyring = new MemoryKeyring();
  for (const rest of [
    'username=u\n',
    'password=p\n',
    'username=u\npassword=p\nephemeral=1\n',
    'username=u\npassword=p\npassword_expiry_utc=999\n',
    'authtype=Bearer\ncredential=t\n',
  ]) {
    const { code, stdout } = await git('store', ORIGIN + rest, keyring);
    assert.deepEqual([code, stdout, keyring.items.length], [0, '', 0], rest);
  }
});

// @rule cli/git-erase-compares
test('erase: only what matches in all that is said, the password included', async () => {
  const items = (): MemoryItem[] => [item('a'), item('b', { user: 'v' }), item('c', { port: '1' })];
  for (const [rest, left] of [
    ['username=u\npassword=a\n', ['b', 'c']],
    ['username=u\npassword=wrong\n', ['a', 'b', 'c']],
    ['password=b\n', ['a', 'c']],
    ['username=v\n', ['a', 'c']],
    ['', ['c']],
  ] as const) {
    const keyring = new MemoryKeyring(items());
    const { code, stdout } = await git('erase', ORIGIN + rest, keyring);
    assert.deepEqual([code, stdout, SECRETS(keyring)], [0, '', left], rest);
  }
});

// @rule cli/git-empty-erase
test('erase: of everything is refused', async () => {
  for (const stdin of ['', '\n', 'password=p\n', 'host=\n']) {
    const keyring = new MemoryKeyring([item('a')]);
    const { code, stderr } = await git('erase', stdin, keyring);
    assert.equal(code, 2);
    assert.match(stderr, /erase needs at least one of/u);
    assert.equal(keyring.items.length, 1);
  }
});

test('get and store need a protocol, and a host or a path', async () => {
  for (const operation of ['get', 'store']) {
    for (const stdin of ['', 'host=h\n', 'protocol=https\n']) {
      const { code, stderr } = await git(operation, stdin, new MemoryKeyring());
      assert.equal(code, 2);
      assert.match(stderr, /protocol=… and host=… are needed/u);
    }
  }
});

// @rule cli/git-unknown-operation
test('an unknown operation is passed over, without reading or opening anything', async () => {
  const host = new FakeHost({ stdin: 'nonsense' });
  const { code, stdout, stderr } = await runWords(['git-credential', 'approve-later'], host);
  assert.deepEqual([code, stdout, stderr, host.log], [0, '', '', []]);
});

test('capability: what it can do; no operation is wrong usage', async () => {
  const { stdout } = await git('capability', '', new MemoryKeyring());
  assert.equal(stdout, 'version 0\ncapability authtype\n');
  assert.equal((await runWords(['git-credential'], new FakeHost())).code, 2);
});

test('every buffer is wiped, and a collection is passed on', async () => {
  const keyring = new MemoryKeyring([item('a')]);
  const host = new FakeHost({ keyring, stdin: `${ORIGIN}password=hunter2\n` });
  await runWords(['git-credential', '--collection=session', 'erase'], host);
  assert.ok(host.handedOut.every((bytes) => bytes.every((byte) => byte === 0)));
  assert.ok(keyring.calls.every((call) => call === 'delete' || call.endsWith('in session')));
  // What is stored takes the place of others by their attributes: no secret is read for it.
  const storing = new MemoryKeyring([item('a')]);
  await git('store', `${ORIGIN}username=a\npassword=hunter2\n`, storing);
  assert.ok(storing.calls.some((call) => call.startsWith('store')));
  assert.ok(storing.calls.includes('describe unlock=false limit=undefined'));
  const buffers = [...keyring.given, ...storing.taken];
  assert.deepEqual(
    [buffers.length, buffers.flatMap((each) => [...each]).some(Boolean)],
    [2, false],
  );
  const storingThere = new FakeHost({
    keyring: storing,
    stdin: `${ORIGIN}username=a\npassword=p\n`,
  });
  storing.calls.length = 0;
  await runWords(['git-credential', '--collection=session', 'store'], storingThere);
  assert.ok(storing.calls.every((call) => call === 'delete' || call.endsWith('in session')));
  assert.deepEqual(storingThere.log, ['readStdin 1048576', 'openKeyring']);
  assert.deepEqual(
    storing.calls.filter((call) => call.startsWith('search')),
    [],
  );
});
