import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { BackendReport, PasswordStores } from '../../src/types/password-stores.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { fakeStores } from '../support/fake-password-stores.ts';

const REPORTS: readonly BackendReport[] = [
  {
    name: 'secret-service',
    title: 'the keyring of this session',
    state: 'locked',
    isChosen: true,
    isPersistent: true,
    isEncrypted: true,
    reason: 'a daemon\nwith two lines',
    advice: '',
  },
  {
    name: 'file',
    title: 'an encrypted file',
    state: 'unavailable',
    isChosen: false,
    isPersistent: false,
    isEncrypted: false,
    reason: 'no password was given',
    advice: 'give one',
  },
];

function stores(remembered: Awaited<ReturnType<PasswordStores['remembered']>>): PasswordStores {
  return fakeStores({
    backends: async () => REPORTS,
    schemes: () => [
      { name: 'keywire', title: 'this one' },
      { name: 'bun', title: 'Bun.secrets' },
    ],
    remembered: async () => remembered,
    forget: async (app) => remembered.some((each) => each.app === app),
  });
}

const REMEMBERED = [{ app: 'my-app', backend: 'file', path: '/home/x.json' }];

test('backends: states, reasons, and the schemes', async () => {
  const host = new FakeHost({ passwordStores: stores([]) });
  const { code, stdout, stderr } = await runWords(['backends'], host);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    [
      'Backends:',
      '  secret-service: locked, encrypted, kept, used by default',
      '    the keyring of this session',
      '    a daemon with two lines',
      '  file: unavailable',
      '    an encrypted file',
      '    no password was given',
      '    give one',
      '',
      'Schemes:',
      '  keywire  this one',
      '  bun      Bun.secrets',
      '',
    ].join('\n'),
  );
});

test('backends: what is in clear, and what is gone with the process, is told', async () => {
  const [, file] = REPORTS;
  assert.ok(file !== undefined);
  const memory: BackendReport = { ...file, name: 'memory', state: 'ready', isChosen: false };
  const passwordStores = fakeStores({ backends: async () => [memory] });
  const { stdout } = await runWords(['backends'], new FakeHost({ passwordStores }));
  assert.match(
    stdout,
    /^ {2}memory: ready, not encrypted, gone with the process or the session$/mu,
  );
});

test('backends: what is remembered is shown, and forgotten on request', async () => {
  const passwordStores = stores([
    ...REMEMBERED,
    { app: '', backend: 'file', path: '/home/d.json' },
  ]);
  const { stdout } = await runWords(['backends'], new FakeHost({ passwordStores }));
  assert.match(stdout, /^ {2}my-app: file \(\/home\/x\.json\)$/mu);
  assert.match(stdout, /\n\nRemembered:\n {2}my-app: [^\n]+\n {2}programs [^\n]+\n\nSchemes:\n/u);
  assert.match(stdout, /^ {2}programs without a name: file \(\/home\/d\.json\)$/mu);
  for (const [word, code] of [
    ['--forget=my-app', 0],
    ['--forget=', 0],
    ['--forget=other', 1],
  ] as const) {
    const shown = await runWords(['backends', word], new FakeHost({ passwordStores }));
    assert.deepEqual([shown.code, shown.stdout], [code, '']);
  }
  const both = await runWords(
    ['backends', '--forget=x', '--json'],
    new FakeHost({ passwordStores }),
  );
  assert.equal(both.code, 2);
});

test('backends: --json', async () => {
  const host = new FakeHost({ passwordStores: stores(REMEMBERED) });
  const { backends, remembered, schemes } = JSON.parse(
    (await runWords(['backends', '--json'], host)).stdout,
  );
  assert.deepEqual(
    [backends[0].default, backends[0].state, backends[1].advice],
    [true, 'locked', 'give one'],
  );
  assert.deepEqual(remembered, REMEMBERED);
  assert.equal(schemes.length, 2);
});
