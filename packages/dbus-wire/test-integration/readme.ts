/** Runs each example of the README as a program, on a bus of its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';

const OUTPUTS = ['true\n', 'nobody plays\ntrue\n', 'Hello Ada, number 1 1\n', '42\n'];

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const missing = requires('dbus-daemon');

if (missing !== undefined) test.skip('the examples of the README do what they say', missing);
else {
  test('the examples of the README do what they say', async () => {
    await using bus = await bootBus();
    const { env } = bus;
    assert.deepEqual(await runExamples(readme, { folder: bus.workspace.folder, env }), OUTPUTS);
  });
}
