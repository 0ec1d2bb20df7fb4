import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import { type RuntimeName, requiresRuntime, run, runtime } from '../src/index.ts';

const VERSIONS: Readonly<Record<RuntimeName, RegExp>> = {
  node: /^v\d+\./u,
  'node-oldest': /^v18\.19\.0$/mu,
  'node-newest': /^v26\./u,
  bun: /^1\./u,
  deno: /^deno 2\./u,
};

for (const name of ['node', 'node-oldest', 'node-newest', 'bun', 'deno'] as const) {
  const missing = requiresRuntime(name);
  if (missing !== undefined) {
    test.skip(`${name} runs`, missing);
    continue;
  }
  test(`${name} runs`, async () => {
    const { code, stdout } = await run(runtime(name).command, ['--version']);
    assert.equal(code, 0);
    assert.match(new TextDecoder().decode(stdout), VERSIONS[name]);
  });
}
