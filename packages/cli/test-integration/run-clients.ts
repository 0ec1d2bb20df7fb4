/** Other people's clients under `keywire run`, on a machine without any other bus. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires, run } from '../../../test-fixtures/src/index.ts';
import { CLIENTS } from './support/clients.ts';
import { createWorld } from './support/run-world.ts';

for (const { name, needs, command, prints } of CLIENTS) {
  const title = `under keywire run: ${name}`;
  const missing = requires(...needs);
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(title, async () => {
    using world = createWorld();
    const [program, ...words] = world.keywire;
    const result = await run(program, [...words, 'run', '--', ...command], { env: world.env });
    assert.equal(new TextDecoder().decode(result.stdout), prints, result.stderr);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(world.leftBehind(), []);
  });
}
