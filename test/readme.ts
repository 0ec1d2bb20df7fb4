/**
 * Runs the README: its JavaScript and its shell commands, on an embedded keyring. The commands that
 * install and test are the ones this run came from, and stand aside.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { test } from '../test-fixtures/src/harness.ts';
import { run } from '../test-fixtures/src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const bundle = path.join(root, 'dist/keywire.cjs');

/** What the JavaScript examples print. */
const PRINTED = ['s3cret\n', 's3cret\n', 'only in memory\n'];

test('the README’s JavaScript runs and prints what it says', async () => {
  const sources = snippets('js');
  assert.equal(sources.length, PRINTED.length);
  for (const [index, source] of sources.entries()) {
    const { code, stdout, stderr } = await onEmbeddedKeyring((env) => runSource(source, env));
    assert.equal(code, 0, stderr);
    assert.equal(new TextDecoder().decode(stdout), PRINTED[index]);
  }
});

test('the README’s shell commands work, in their order', async () => {
  assert.ok(existsSync(bundle), 'expected dist/keywire.cjs: run "npm run build"');
  const lines = snippets('sh')
    .join('\n')
    .split('\n')
    .filter((line) => line.includes('keywire.cjs'));
  assert.ok(lines.length >= 4);
  const { code, stdout, stderr } = await onEmbeddedKeyring((env) =>
    run('/bin/sh', ['-ec', `cd "${root}"\n${lines.join('\n')}`], { env }),
  );
  assert.equal(code, 0, stderr);
  const printed = new TextDecoder().decode(stdout);
  assert.ok(printed.startsWith('s3cret'), printed);
  assert.ok(printed.includes('Token of my app'), printed);
});

function snippets(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gmu'))].map(
    ([, source = '']) => source,
  );
}

/** The example stands in the repository, so that the packages are found as a program finds them. */
async function runSource(source: string, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(root, 'node_modules/.readme-'));
  try {
    const file = path.join(folder, 'example.mjs');
    writeFileSync(file, source);
    return await run(process.execPath, [file], { env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function onEmbeddedKeyring<T>(
  use: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  await using bus = await startMessageBus();
  await using _provider = await startSecretProvider({ address: bus.address, store: memoryStore() });
  return await use({
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    DBUS_SESSION_BUS_ADDRESS: bus.address,
  });
}
