/** Runs each example of the README as a program, on an embedded keyring, from top to bottom. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';
import { KEYRING_ERRORS, outcomeOf } from '../src/error-table.ts';
import { schemeNames } from '../src/schemes/schemes.ts';
import { BACKENDS } from '../src/selection/backend-catalogue.ts';
import { onEmbedded } from '../test/support/embedded.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

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
      const env = { HOME: folder, PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: address };
      assert.deepEqual(await runExamples(readme, { folder, env }), PRINTED);
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
