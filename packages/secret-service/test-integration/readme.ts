// The snippets of the README, run as they are on a real keyring; and what the files here promise.
// Foreign peers: gnome-keyring; secret-tool reads what the snippets stored.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { secretToolLookup } from '../../../test-fixtures/src/index.ts';
import { onGnomeKeyring } from './support/keyrings.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const SNIPPETS = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
const SOURCE = new URL('../src/index.ts', import.meta.url).href;

test('no claim rests on us alone: every file here names the foreign peer that covers it', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 15);
  for (const name of files) {
    const [header = ''] = readFileSync(new URL(name, folder), 'utf8').split('\n\n');
    assert.match(header, /^\/\/ (?:.*\. )?Foreign peers?\b/mu, name);
  }
});

test('every quirk of a daemon names a test that is there', () => {
  const root = new URL('../../../', import.meta.url);
  const rows =
    readFileSync(new URL('docs/QUIRKS.md', root), 'utf8').match(/^\| [BGKOP]\d+ .*$/gmu) ?? [];
  assert.ok(rows.length > 50);
  for (const row of rows) {
    const tests = [...row.matchAll(/`((?:packages|test-fixtures)\/[^`]+\.ts)`/gu)];
    assert.ok(tests.length > 0, row.slice(0, 60));
    for (const [, path = ''] of tests) assert.ok(existsSync(new URL(path, root)), path);
  }
});

onGnomeKeyring('each snippet runs', {}, async ({ keyring, address }) => {
  assert.equal(SNIPPETS.length, 3);
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  try {
    for (const snippet of SNIPPETS) await runSnippet(snippet);
  } finally {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
  }
  const stored = await secretToolLookup(keyring.peerEnv, { host: 'example.org', tls: 'true' });
  assert.deepEqual(stored, new TextEncoder().encode('hunter2'));
});

async function runSnippet(snippet: string): Promise<void> {
  const code = snippet.replace("'@keywire/secret-service'", JSON.stringify(SOURCE));
  await import(`data:text/javascript,${encodeURIComponent(code)}`);
}
