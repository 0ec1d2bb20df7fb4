/** Runs each example of the README as a program, on an embedded keyring, from top to bottom. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { currentRuntime, run } from '../../../test-fixtures/src/index.ts';
import { BACKENDS } from '../src/backend-catalogue.ts';
import { KEYRING_ERRORS, outcomeOf } from '../src/error-table.ts';
import { schemeNames } from '../src/schemes.ts';
import { onEmbedded } from '../test/support/embedded.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const source = new URL('../src/index.ts', import.meta.url).href;

/** What the examples print, in their order. */
const PRINTED = [
  `s3cret\nundefined\n[ { username: 'me', password: 's3cret' } ]\nfalse\n`,
  'not stored yet\n',
  'secret-service priority 0\n',
  's3cret\n1 1\n',
];

test('the examples of the README do what they say', async () => {
  await inFolder(async (folder) => {
    await onEmbedded(async ({ address }) => {
      const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gmsu)].map(([, code = '']) => code);
      assert.equal(examples.length, PRINTED.length);
      for (const [index, code] of examples.entries()) {
        const script = join(folder, `example${index}.ts`);
        writeFileSync(script, code.replace("'@keywire/keyring'", JSON.stringify(source)));
        const { command, sourceArgs } = currentRuntime();
        const {
          code: exit,
          stdout,
          stderr,
        } = await run(command, [...sourceArgs, script], {
          cwd: folder,
          env: { HOME: folder, PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: address },
          timeoutMs: 120_000,
        });
        assert.equal(exit, 0, stderr);
        assert.equal(new TextDecoder().decode(stdout), PRINTED[index]);
      }
    });
  });
});

test('the README names every scheme, every backend and every code of its own', () => {
  for (const name of schemeNames()) {
    const short = name.replace(/^python-keyring(?=-)/u, '');
    assert.ok(readme.includes(`\`${short}\``), name);
  }
  for (const { name, priority } of BACKENDS) {
    assert.ok(readme.includes(`\`${name}\``), name);
    if (priority > 0) assert.match(readme, new RegExp(`\`${name}\` +\\| ${priority} `, 'u'));
  }
  const shared = [
    'aborted',
    'ambiguous',
    'closed',
    'invalid-argument',
    'not-supported',
    'too-large',
  ];
  for (const code of Object.keys(KEYRING_ERRORS)) {
    assert.ok(readme.includes(`\`${code}\``) || shared.includes(code), code);
  }
  assert.equal(outcomeOf('no-default-collection'), 'locked');
});
