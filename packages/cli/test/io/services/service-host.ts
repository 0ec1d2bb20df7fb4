import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { createServiceHost } from '../../../src/io/services/service-host.ts';
import { startedAs } from '../../../src/io/started-as.ts';

const END = {
  signal: new AbortController().signal,
  exitCode: () => undefined,
  handOver: () => () => {},
};
const PLAN = {
  bus: 'private',
  seed: undefined,
  prompter: 'accept',
  isPrompterChosen: false,
  profile: undefined,
} as const;

test('createServiceHost: where we are, what Node was told', () => {
  const host = createServiceHost(END);
  assert.deepEqual(host.selfCommand, startedAs().command);
  assert.equal(host.absolutePath('x'), path.join(process.cwd(), 'x'));
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = '--inspect=0  "--heapsnapshot-signal=SIGUSR2"';
  try {
    const found = host.nodeOptions.filter((option) => /^--(?:inspect|heap)/u.test(option));
    assert.deepEqual(found, ['--inspect=0', '--heapsnapshot-signal=SIGUSR2']);
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
});

test('createServiceHost: knows a store that is yet to be made', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-store-'));
  const host = createServiceHost(END);
  try {
    const file = path.join(folder, 'a.keyring');
    assert.deepEqual(
      [
        await host.isNewStore(file),
        await host.isNewStore(folder),
        await host.isNewStore('/proc/x/'),
      ],
      [true, true, true],
    );
    await assert.rejects(host.isNewStore('/etc/passwd/x'), { code: 'store-unusable' });
    writeFileSync(file, '');
    assert.deepEqual([await host.isNewStore(file), await host.isNewStore(folder)], [false, false]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('createServiceHost: runs a command', async () => {
  const end = await createServiceHost(END).runCommand(PLAN, ['sh', '-c', 'exit 3'], {});
  assert.deepEqual(end, { kind: 'exited', code: 3 });
});

test('createServiceHost: runs a command with variables of its own', async () => {
  const end = await createServiceHost(END).runWithVariables({ CODE: '4' }, [
    'sh',
    '-c',
    'exit $CODE',
  ]);
  assert.deepEqual(end, { kind: 'exited', code: 4 });
});
