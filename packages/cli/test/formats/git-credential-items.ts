import assert from 'node:assert/strict';
import { schemeNamed } from '@keywire/keyring';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  encodeGitSecret,
  gitAttributes,
  gitCredentialOf,
  gitLabel,
  gitQuery,
  isForHost,
  isGivable,
  isSameCredential,
} from '../../src/formats/git-credential-items.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('gitAttributes: those of git-credential-libsecret', () => {
  const credential = { protocol: 'https', host: 'h:8080', path: 'a/b.git', username: 'u' };
  assert.deepEqual(Object.fromEntries(gitAttributes(credential, 'password')), {
    user: 'u',
    protocol: 'https',
    server: 'h',
    port: '8080',
    object: 'a/b.git',
    'xdg:schema': 'org.git.Password',
  });
  const older = new Map([['xdg:schema', 'org.gnome.keyring.NetworkPassword']]);
  assert.equal(
    gitAttributes(credential, 'password', older).get('xdg:schema'),
    'org.gnome.keyring.NetworkPassword',
  );
  assert.equal(
    gitAttributes(credential, 'password', new Map()).get('xdg:schema'),
    'org.git.Password',
  );
  assert.equal(gitLabel(credential), 'Git: https://h:8080/a/b.git');
  assert.equal(gitLabel({ protocol: 'https', host: 'h' }), 'Git: https://h/');
});

test('items are those of the scheme git-libsecret, and either of its schemas is found', () => {
  const scheme = schemeNamed('git-libsecret');
  for (const [service, credential] of [
    ['https://h', { protocol: 'https', host: 'h' }],
    ['https://h:8443/a/b.git', { protocol: 'https', host: 'h:8443', path: 'a/b.git' }],
    ['https://[::1]:80', { protocol: 'https', host: '[::1]:80' }],
  ] as const) {
    const [key, ours] = [
      { service, username: 'u' },
      { ...credential, username: 'u' },
    ];
    assert.deepEqual(gitAttributes(ours, 'password'), scheme.attributes(key));
    assert.equal(gitLabel(ours), scheme.label(key, undefined));
    const older = schemeNamed('git-libsecret-2.42').attributes(key);
    assert.ok(isSameCredential(older, gitAttributes(ours, 'password'), 'password'));
  }
});

test('gitQuery: what was said, and no schema', () => {
  assert.deepEqual(
    [...gitQuery({ protocol: 'https', host: 'h' }, 'password')],
    [
      ['protocol', 'https'],
      ['server', 'h'],
    ],
  );
  assert.deepEqual(
    [...gitQuery({ protocol: 'cert', path: '/k' }, 'password')],
    [
      ['protocol', 'cert'],
      ['object', '/k'],
    ],
  );
  assert.deepEqual([...gitQuery({ host: '' }, 'password')], [['server', '']]);
});

test('a host with and without a port', () => {
  for (const [host, server, port] of [
    ['h', 'h', undefined],
    ['h:', 'h', undefined],
    ['h:0', 'h', undefined],
    ['h:080', 'h', '80'],
    ['h:65535', 'h', '65535'],
    ['[::1]', '[::1]', undefined],
    ['[::1]:8080', '[::1]', '8080'],
  ] as const) {
    const query = gitQuery({ host }, 'password');
    assert.deepEqual([query.get('server'), query.get('port')], [server, port], host);
  }
  assert.throws(() => gitQuery({ host: 'h:65536' }, 'password'), /a port is at most 65535$/u);
});

// @rule cli/git-port
test('another port is another server', () => {
  const item = (port?: string): Map<string, string> =>
    new Map(port === undefined ? [] : [['port', port]]);
  for (const [host, stored, wanted] of [
    ['h', undefined, true],
    ['h', '8080', false],
    ['h', '0', true],
    ['h:8080', '8080', true],
    ['h:8080', undefined, false],
    ['h:8080', '8081', false],
  ] as const) {
    assert.equal(isForHost(item(stored), { host }, 'password'), wanted, `${host} ${stored}`);
  }
  assert.ok(isForHost(item('8080'), { path: 'p' }, 'password'));
});

// @rule cli/git-no-host-no-secret
test('isGivable: without a host only what is of no host', () => {
  for (const [host, server, wanted] of [
    ['h', 'h', true],
    [undefined, 'h', false],
    [undefined, '', true],
    [undefined, undefined, true],
  ] as const) {
    const stored = new Map(server === undefined ? [] : [['server', server]]);
    assert.equal(isGivable(stored, { host }, 'password'), wanted);
  }
});

test('isSameCredential: whatever schema, and whatever else a daemon adds', () => {
  const ours = gitAttributes({ protocol: 'https', host: 'h', username: 'u' }, 'password');
  const theirs = new Map([...ours, ['xdg:schema', 'org.gnome.keyring.NetworkPassword']]);
  assert.ok(isSameCredential(ours, theirs, 'password'));
  assert.ok(isSameCredential(ours, new Map([...ours, ['Path', '/x']]), 'password'));
  for (const [name, value] of [
    ['user', 'v'],
    ['object', 'p'],
    ['port', '80'],
  ] as const) {
    assert.ok(!isSameCredential(ours, new Map([...ours, [name, value]]), 'password'), name);
  }
});

test('a secret: the password, and lines behind it', () => {
  const plain = { username: 'u', password: encode('pä ss') };
  assert.equal(decode(encodeGitSecret(plain, 'password')), 'pä ss');
  const full = { ...plain, passwordExpiryUtc: 7, oauthRefreshToken: encode('r') };
  const secret = encodeGitSecret(full, 'password');
  assert.equal(decode(secret), 'pä ss\npassword_expiry_utc=7\noauth_refresh_token=r');
  const read = gitCredentialOf(new Map([['user', 'u']]), secret, 'password');
  assert.deepEqual({ ...read }, { ...full, password: read.password });
  assert.equal(decode(read.password), 'pä ss');
  const unknown = gitCredentialOf(
    new Map(),
    encode('p\nfuture=1\npassword_expiry_utc=x'),
    'password',
  );
  assert.deepEqual([decode(unknown.password), unknown.passwordExpiryUtc], ['p', undefined]);
  assert.equal(decode(gitCredentialOf(new Map(), new Uint8Array(), 'password').password), '');
});

test('a header shares no attribute with a password: who does not know it finds nothing', () => {
  const credential = {
    protocol: 'https',
    host: 'h:1',
    username: 'u',
    path: 'p',
    authtype: 'Bearer',
    credential: encode('tok'),
  };
  const attributes = gitAttributes(credential, 'header');
  for (const name of ['user', 'protocol', 'server', 'port', 'object']) {
    assert.ok(!attributes.has(name), name);
  }
  const secret = encodeGitSecret(credential, 'header');
  assert.equal(decode(secret), 'tok\nauthtype=Bearer');
  const read = gitCredentialOf(attributes, secret, 'header');
  assert.deepEqual([read.authtype, decode(read.credential), read.username], ['Bearer', 'tok', 'u']);
  assert.equal(read.password, undefined);
});
