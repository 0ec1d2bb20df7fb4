/** Other people's clients with `keywire serve --bus`, on both buses that sessions have. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires, run } from '../../../test-fixtures/src/index.ts';
import { CLIENTS } from './support/clients.ts';
import { createWorld, startKeywire } from './support/run-world.ts';

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  for (const { name, needs, command, prints } of CLIENTS) {
    const title = `serve --bus on ${implementation}: ${name}`;
    const missing = requires(implementation, ...needs);
    if (missing !== undefined) {
      test.skip(title, missing);
      continue;
    }
    test(title, async () => {
      using world = createWorld();
      await using bus = await bootBus({ implementation });
      const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
      const { child, stderr } = await startKeywire({ ...world, env }, ['serve', '--bus']);
      const [program, ...args] = command;
      const result = await run(program, args, { env });
      assert.equal(new TextDecoder().decode(result.stdout), prints, result.stderr);
      assert.equal(result.code, 0, result.stderr);
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      assert.deepEqual(await closed, [0, null]);
      assert.equal(stderr(), '');
      assert.deepEqual(world.leftBehind(), []);
    });
  }
}
