// The snippets of the README, run as they are on a real keyring.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { secretToolLookup } from '../../../test-fixtures/src/index.ts';
import { onGnomeKeyring } from './support/keyrings.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const SNIPPETS = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
const SOURCE = new URL('../src/index.ts', import.meta.url).href;

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
