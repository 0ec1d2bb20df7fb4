/**
 * The table against recorded attributes: what each program's items were seen to carry. Those that are
 * also tested with the program itself are marked live; the rest rests on the recording.
 */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  DEFAULT_SCHEME,
  SCHEME_ROWS,
  schemeNamed,
  schemeNames,
  schemesOf,
} from '../../src/schemes/schemes.ts';
import type { EntryKey } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';

interface Recorded {
  readonly scheme: string;
  /** Whether the program itself takes part in another test. */
  readonly live: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly key: EntryKey;
}

const SIGNAL_PATH_HASH = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
const GENERIC = 'org.freedesktop.Secret.Generic';
const SERVICE_USER = { service: 'svc', username: 'me' };

const RECORDED: readonly Recorded[] = [
  {
    scheme: 'python-keyring',
    live: true,
    attributes: { application: 'Python keyring library', service: 'svc', username: 'me' },
    key: SERVICE_USER,
  },
  {
    scheme: 'python-keyring-libsecret',
    live: true,
    attributes: {
      'xdg:schema': GENERIC,
      application: 'Python keyring library',
      service: 'svc',
      username: 'me',
    },
    key: SERVICE_USER,
  },
  {
    scheme: 'python-keyring-keepassxc',
    live: true,
    attributes: { application: 'Python keyring library', Title: 'svc', UserName: 'me' },
    key: SERVICE_USER,
  },
  {
    scheme: 'keytar',
    live: true,
    attributes: { 'xdg:schema': GENERIC, service: 'svc', account: 'me' },
    key: SERVICE_USER,
  },
  {
    scheme: 'keytar',
    live: false,
    attributes: {
      'xdg:schema': GENERIC,
      service: 'Microsoft.Developer.IdentityService',
      account: 'MSALCache',
    },
    key: { service: 'Microsoft.Developer.IdentityService', username: 'MSALCache' },
  },
  {
    scheme: 'bun',
    live: true,
    attributes: { 'xdg:schema': 'com.oven-sh.bun.Secret', service: 'svc', account: 'me' },
    key: SERVICE_USER,
  },
  {
    scheme: 'keyring-rs',
    live: true,
    attributes: { service: 'svc', username: 'me' },
    key: SERVICE_USER,
  },
  {
    scheme: 'keyring-rs-3',
    live: false,
    attributes: {
      service: 'svc',
      username: 'me',
      target: 'default',
      application: 'rust-keyring',
    },
    key: SERVICE_USER,
  },
  {
    scheme: 'go-keyring',
    live: false,
    attributes: { service: 'gh:github.com', username: '' },
    key: { service: 'gh:github.com', username: '' },
  },
  {
    scheme: '99designs',
    live: false,
    attributes: { profile: 'work' },
    key: { service: 'awsvault', username: 'work' },
  },
  {
    scheme: 'cross-keychain',
    live: false,
    attributes: { service: 'svc', username: 'me', application: 'ts-keyring' },
    key: SERVICE_USER,
  },
  {
    scheme: 'git-libsecret-2.42',
    live: true,
    attributes: {
      'xdg:schema': 'org.gnome.keyring.NetworkPassword',
      user: 'me',
      protocol: 'https',
      server: 'example.org',
      port: '8443',
      object: 'team/repo.git',
    },
    key: { service: 'https://example.org:8443/team/repo.git', username: 'me' },
  },
  {
    scheme: 'git-libsecret',
    live: false,
    attributes: {
      'xdg:schema': 'org.git.Password',
      user: 'me',
      protocol: 'https',
      server: 'example.org',
    },
    key: { service: 'https://example.org', username: 'me' },
  },
  {
    scheme: 'git-credential-manager',
    live: false,
    attributes: {
      'xdg:schema': 'com.microsoft.GitCredentialManager',
      service: 'git:https://example.org',
      account: 'me',
    },
    key: { service: 'git:https://example.org', username: 'me' },
  },
  {
    scheme: 'docker',
    live: true,
    attributes: {
      'xdg:schema': 'io.docker.Credentials',
      label: 'Docker Credentials',
      server: 'https://registry.example.org',
      username: 'me',
      docker_cli: '1',
    },
    key: { service: 'https://registry.example.org', username: 'me' },
  },
  {
    scheme: 'msal-extensions',
    live: true,
    attributes: { 'xdg:schema': SIGNAL_PATH_HASH },
    key: { service: SIGNAL_PATH_HASH, username: '' },
  },
  {
    scheme: 'azure-identity',
    live: false,
    attributes: {
      'xdg:schema': 'msal.cache.nocae',
      MsalClientID: 'Microsoft.Developer.IdentityService',
    },
    key: { service: 'msal.cache.nocae', username: '' },
  },
  {
    scheme: 'azure-cli',
    live: false,
    attributes: { 'xdg:schema': 'Microsoft Azure CLI', type: 'Token cache' },
    key: { service: 'Microsoft Azure CLI', username: 'Token cache' },
  },
  {
    scheme: 'msal-dotnet',
    live: false,
    attributes: {
      'xdg:schema': 'msal.cache',
      MsalClientID: 'Microsoft.Developer.IdentityService',
      'Microsoft.Developer.IdentityService': '1.0.0.0',
    },
    key: { service: 'msal.cache', username: '' },
  },
  {
    scheme: 'chromium',
    live: false,
    attributes: { 'xdg:schema': 'chrome_libsecret_os_crypt_password_v2', application: 'chrome' },
    key: { service: 'chrome', username: '' },
  },
  {
    scheme: 'passwd-keyring-gnome',
    live: false,
    attributes: {
      'xdg:schema': 'org.gnome.keyring.NetworkPassword',
      user: 'me',
      domain: 'svc',
      server: 'Passwd.Gnome.Keyring',
      object: 'work',
    },
    key: { ...SERVICE_USER, group: 'work' },
  },
  {
    scheme: 'passwd-keyring-secret',
    live: false,
    attributes: { group: 'work', realm: 'svc', user: 'me' },
    key: { ...SERVICE_USER, group: 'work' },
  },
  {
    scheme: 'secret-tool',
    live: true,
    attributes: { service: 'svc', user: 'me' },
    key: SERVICE_USER,
  },
];

const nothingAdded = (): boolean => false;

for (const { scheme: name, live, attributes, key } of RECORDED) {
  const scheme = schemeNamed(name);
  test(`${name}: recorded items are read${live ? '' : ' (from the recording alone)'}`, () => {
    const found = new Map(Object.entries(attributes));
    assert.deepEqual(scheme.keyOf(found, nothingAdded), key);
    // A search for the key alone finds it, whether or not its schema is shown.
    for (const [wanted, value] of scheme.query(key) ?? assert.fail('no query')) {
      assert.equal(attributes[wanted], value);
    }
    if (attributes['xdg:schema'] === undefined) {
      // Keyring daemons add the generic schema later.
      assert.deepEqual(
        scheme.keyOf(new Map([...found, ['xdg:schema', GENERIC]]), nothingAdded),
        key,
      );
    }
  });

  if (scheme.access === 'read-only') continue;
  test(`${name}: what we write is what its program writes, with a schema in any case`, () => {
    const written = scheme.attributes(key);
    assert.deepEqual(Object.fromEntries(written), { 'xdg:schema': GENERIC, ...attributes });
    assert.deepEqual(scheme.keyOf(written, nothingAdded), key);
  });
}

test('every scheme has a recording, and names of their own', () => {
  const recorded = new Set(RECORDED.map(({ scheme }) => scheme));
  const others = schemeNames().filter((name) => !recorded.has(name));
  assert.deepEqual(others, [DEFAULT_SCHEME]);
  assert.equal(new Set(schemeNames()).size, SCHEME_ROWS.length);
  assert.equal(schemeNames()[0], DEFAULT_SCHEME);
});

test('ours is read by those that file by service and username', () => {
  const ours = schemeNamed(DEFAULT_SCHEME).attributes(SERVICE_USER);
  for (const name of ['python-keyring', 'keyring-rs', 'go-keyring']) {
    const theirs = schemeNamed(name);
    assert.deepEqual(theirs.keyOf(ours, nothingAdded), SERVICE_USER);
    assert.deepEqual(
      schemeNamed(DEFAULT_SCHEME).keyOf(theirs.attributes(SERVICE_USER), nothingAdded),
      SERVICE_USER,
    );
  }
});

test('git’s helper wrote two schemas: each scheme reads both and writes one', () => {
  const [now, before] = [schemeNamed('git-libsecret'), schemeNamed('git-libsecret-2.42')];
  const key = { service: 'https://example.org', username: 'me' };
  assert.deepEqual(now.keyOf(before.attributes(key), nothingAdded), key);
  assert.deepEqual(before.keyOf(now.attributes(key), nothingAdded), key);
});

test('schemes that file the same names differently do not take each other’s items', () => {
  const of = (name: string): Map<string, string> => schemeNamed(name).attributes(SERVICE_USER);
  for (const [reader, writer] of [
    ['keytar', 'bun'],
    ['bun', 'keytar'],
    ['keytar', 'keywire'],
    ['keywire', 'keytar'],
    ['keywire', 'keyring-rs-3'],
    ['keyring-rs-3', 'keyring-rs'],
    ['cross-keychain', 'python-keyring'],
    ['python-keyring-libsecret', 'keyring-rs'],
  ] as const) {
    assert.equal(
      schemeNamed(reader).keyOf(of(writer), nothingAdded),
      undefined,
      `${reader} ${writer}`,
    );
  }
});

test('a choice is one scheme, a list of them, or the default', async () => {
  assert.deepEqual(
    schemesOf(undefined).map(({ name }) => name),
    ['keywire'],
  );
  assert.deepEqual(
    schemesOf(['bun', schemeNamed('docker')]).map(({ name }) => name),
    ['bun', 'docker'],
  );
  await failsWith('invalid-argument', () => schemesOf([]));
  const error = await failsWith('unknown-scheme', () => schemesOf(['bun', 'keyter']));
  assert.ok(error.message.includes('keytar') && !error.message.includes('keyter'));
});

test('what is no scheme is refused, and not taken for one', async () => {
  const row = { name: 'row', title: '', service: 'service', label: '' };
  for (const wrong of [5, null, {}, { name: 5 }, true, row]) {
    // @ts-expect-error what a caller without a compiler may pass
    await failsWith('unknown-scheme', () => schemesOf(wrong));
  }
});
