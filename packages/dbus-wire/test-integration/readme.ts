/** Runs each example of the README as a program, on a bus of its own. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { run } from '../../../test-fixtures/src/run.ts';
import { currentRuntime } from '../../../test-fixtures/src/runtimes.ts';

const OUTPUTS = [/^true\n$/, /^nobody plays\ntrue\n$/, /^Hello Ada, number 1 1\n$/, /^42\n$/];

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const missing = requires('dbus-daemon');

if (missing !== undefined) test.skip('the examples of the README do what they say', missing);
else {
  test('the examples of the README do what they say', async () => {
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
    assert.equal(examples.length, OUTPUTS.length);
    await using bus = await bootBus();
    for (const [index, code] of examples.entries()) {
      const script = path.join(bus.workspace.folder, `example${index}.ts`);
      writeFileSync(script, code.replaceAll(/'@keywire\/dbus-wire(\/\w+)?'/g, sourceOf));
      const { command, sourceArgs } = currentRuntime();
      const result = await run(command, [...sourceArgs, script], { env: { ...bus.env } });
      assert.equal(result.code, 0, result.stderr);
      assert.match(new TextDecoder().decode(result.stdout), OUTPUTS[index] ?? assert.fail());
    }
  });
}

function sourceOf(_specifier: string, subPath = '/index'): string {
  return JSON.stringify(new URL(`../src${subPath}.ts`, import.meta.url).href);
}
