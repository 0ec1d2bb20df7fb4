import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { startHostileServer } from '../../../../../test-fixtures/src/hostile/raw-server.ts';
import { runCommand } from '../../../src/io/services/run-command.ts';
import type { ServicePlan } from '../../../src/types/service-host.ts';
import { FakeEnd } from '../../support/fake-end.ts';
import { onSessionBus } from '../../support/session-bus.ts';

const PLAN: ServicePlan = {
  bus: 'private',
  seed: undefined,
  prompter: 'accept',
  isPrompterChosen: false,
  profile: undefined,
};

test('runCommand: how the command ended', async () => {
  const end = await runCommand(PLAN, ['sh', '-c', 'exit 42'], {}, new FakeEnd());
  assert.deepEqual(end, { kind: 'exited', code: 42 });
});

// @rule cli/run-environment
test("runCommand: the command's environment is ours and the bus address, no more", async () => {
  await inFolder(async (folder) => {
    const program = [
      `const { writeFileSync } = require('node:fs');`,
      `writeFileSync(process.argv[1], JSON.stringify(process.env));`,
    ].join('');
    const file = path.join(folder, 'environment');
    await runCommand(PLAN, [process.execPath, '-e', program, file], {}, new FakeEnd());
    const { DBUS_SESSION_BUS_ADDRESS: address, ...others } = JSON.parse(readFileSync(file, 'utf8'));
    const { DBUS_SESSION_BUS_ADDRESS: _, ...ours } = process.env;
    assert.match(address, /^unix:path=.*\/keywire-[^/]+\/bus,guid=[0-9a-f]{32}$/u);
    assert.deepEqual(withoutMarks(others), withoutMarks(ours));
    assert.equal(existsSync(path.dirname(/path=([^,]+)/u.exec(address)?.[1] ?? '/')), false);
  });
});

// @rule cli/start-can-be-ended
test('runCommand: a signal ends the wait for a bus that never answers', async () => {
  for (const [name, signalNumber] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    const end = new FakeEnd();
    await using bus = await startHostileServer(async (connection) => {
      await connection.heard('AUTH EXTERNAL');
      end.taker?.(name);
    });
    await onSessionBus(bus.address, async () => {
      const plan = { ...PLAN, bus: 'existing' } as const;
      assert.deepEqual(await runCommand(plan, ['true'], {}, end), { kind: 'killed', signalNumber });
    });
    assert.equal(end.taker, undefined);
  }
});

/** The test runner marks each process that is started, with marks of its own. */
function withoutMarks(environment: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^_TAPJS_|^NODE_OPTIONS$/u.test(name)),
  );
}
