import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

test('serve: one line when ready, then nothing, exit 0', async () => {
  for (const [words, line] of [
    [['serve'], 'DBUS_SESSION_BUS_ADDRESS=unix:path=/x/bus,guid=0\n'],
    [['serve', '--bus'], ':1.7\n'],
  ] as const) {
    const host = new FakeHost();
    const { code, stdout, stderr } = await runWords(words, host);
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
    assert.deepEqual(host.services.told, [['stdout', line]]);
  }
});

// @rule cli/serve-is-found
test('serve: where its address cannot be written it ends', async () => {
  const host = new FakeHost({ services: { isHeard: false } });
  const { code, stderr } = await runWords(['serve'], host);
  assert.deepEqual(
    [code, stderr],
    [7, 'keywire: serve: nobody was told where it is, so it ends\n'],
  );
});

// @rule cli/unit-needs-password
test('serve: a file to be started by makes no sense where a person or a pipe would be needed', async () => {
  for (const option of ['--print-unit', '--print-activation']) {
    for (const needs of [
      ['--store=F'],
      ['--store=F', '--password-fd=0'],
      ['--prompter=terminal'],
    ]) {
      const { code, stdout } = await runWords(['serve', option, ...needs], new FakeHost());
      assert.deepEqual([code, stdout], [2, '']);
    }
  }
});

test('serve: seed, prompter and profile reach the service; the bytes of the seed are wiped', async () => {
  const host = new FakeHost({ files: { 'F.json': '{"collections":[]}' } });
  const words = ['serve', '--seed=F.json', '--prompter=none', '--profile=oo7', '--store=memory'];
  assert.equal((await runWords(words, host)).code, 0);
  assert.deepEqual(host.services.plans, [
    {
      bus: 'private',
      prompter: 'none',
      isPrompterChosen: true,
      policy: undefined,
      profile: 'oo7',
      seed: { collections: [] },
    },
  ]);
  assert.ok(host.handedOut.every((bytes) => bytes.every((byte) => byte === 0)));
});

test('serve: what it cannot do is refused before anything starts', async () => {
  for (const option of [
    '--store=FILE',
    '--prompter=callback',
    '--profile=macos',
    '--policy=F.json',
    '--audit-attributes',
    '--seed=F.json --store=FILE',
    '--password-fd=3',
  ]) {
    const host = new FakeHost();
    const { code, stdout } = await runWords(['serve', ...option.split(' ')], host);
    assert.deepEqual([code, stdout, host.services.plans.length], [2, '', 0], option);
  }
});

test('serve: a taken name is exit 5, and so is a bus that goes away', async () => {
  const failure = new CliError('name-taken', 'taken');
  const taken = await runWords(['serve', '--bus'], new FakeHost({ services: { failure } }));
  assert.deepEqual([taken.code, taken.stderr], [5, 'keywire: taken\n']);
  const services = { serveEnd: 'lost' } as const;
  const lost = await runWords(['serve', '--bus'], new FakeHost({ services }));
  assert.equal(lost.code, 5);
  assert.match(lost.stderr, /^keywire: serve: [^\n]*session bus[^\n]*\n$/u);
});

test('serve: the two files are printed and nothing is started or read', async () => {
  const host = new FakeHost();
  const words = ['serve', '--seed=s.json', '--prompter=none'];
  const unit = await runWords([...words, '--print-unit'], host);
  assert.match(unit.stdout, /^ExecStart=\/usr\/bin\/node .* --prompter=none --seed=%d/mu);
  assert.match(unit.stdout, /^LoadCredential=seed\.json:\/here\/s\.json$/mu);
  const activation = await runWords([...words, '--print-activation'], host);
  assert.match(activation.stdout, /^Exec=.* serve --bus --prompter=none --seed=\/here\/s\.json$/mu);
  assert.deepEqual([unit.code, activation.code], [0, 0]);
  assert.deepEqual([host.log, host.services.plans], [[], []]);
  assert.equal((await runWords(['serve', '--print-unit', '--print-activation'], host)).code, 2);
  assert.equal((await runWords(['serve', '--print-unit', '--seed=a\nb'], host)).code, 2);
});

test('serve: says so when Node itself shows what it holds', async () => {
  const host = new FakeHost({ services: { nodeOptions: ['--heapsnapshot-signal=SIGUSR2'] } });
  await runWords(['serve'], host);
  assert.match(
    String(host.services.told[0]),
    /^stderr,keywire: warning: .*--heapsnapshot-signal,/u,
  );
});

test('serve: a lasting store with its password, and an audit log', async () => {
  const host = new FakeHost({ files: { pw: 'open\n' } });
  const options = ['--store=F', '--password-file=pw', '--audit-log=A', '--audit-attributes'];
  assert.equal((await runWords(['serve', ...options], host)).code, 0);
  const [plan] = host.services.plans;
  assert.deepEqual(plan?.audit, { path: 'A', includesAttributes: true });
  assert.equal(plan?.file?.path, 'F');
  assert.equal(new TextDecoder().decode(plan?.file?.password), 'open');
  assert.equal(new TextDecoder().decode(await plan?.file?.readAgain?.()), 'open');
  const typed = new FakeHost({ typed: 'typed' });
  assert.equal((await runWords(['serve', '--store=F'], typed)).code, 0);
  assert.equal(typed.services.plans[0]?.file?.readAgain, undefined);
});

test('serve: the policy reaches the service; printed files name it by its whole path', async () => {
  const host = new FakeHost({ files: { P: '{"rules":[]}' } });
  const words = ['serve', '--policy=P', '--prompter=terminal'];
  assert.equal((await runWords(words, host)).code, 0);
  assert.deepEqual(host.services.plans[0]?.policy, { rules: [] });
  assert.equal(host.services.plans[0]?.prompter, 'terminal');
  const unattended = words.map((word) => word.replace('terminal', 'dismiss'));
  const { stdout } = await runWords([...unattended, '--print-activation'], new FakeHost());
  assert.match(stdout, /--policy=\/here\/P --prompter=dismiss$/mu);
});

test('serve: a printed unit gets the password as a credential, and absolute paths', async () => {
  const host = new FakeHost();
  const words = ['serve', '--store=F', '--password-file=pw', '--audit-log=A', '--audit-attributes'];
  const unit = await runWords([...words, '--print-unit'], host);
  assert.match(
    unit.stdout,
    /--store=\/here\/F --audit-log=\/here\/A --audit-attributes --password-credential=password$/mu,
  );
  assert.match(unit.stdout, /^LoadCredential=password:\/here\/pw$/mu);
  const activation = await runWords([...words, '--print-activation'], host);
  assert.match(activation.stdout, /--audit-attributes --password-file=\/here\/pw$/mu);
  assert.deepEqual(host.log, []);
});
