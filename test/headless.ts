/** Runs docs/HEADLESS.md: each shell block as it stands, in a world like the one it is written for. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../test-fixtures/src/index.ts';

type Environment = Readonly<Record<string, string>>;

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(path.join(root, 'docs/HEADLESS.md'), 'utf8');
const PASSWORD = 'a pass-word: ü';
const RAN = 'my-app: read back what it stored\n';

/** Keeps a secret and reads it back; the second time it is there already. */
const MY_APP = `#!/bin/sh -e
keywire lookup app my-app > /dev/null || printf %s token | keywire store --label=Token app my-app
test "$(keywire lookup app my-app)" = token
printf '${RAN.replace('\n', '\\n')}'
`;

/** By the headings that they stand under. */
const SECTIONS = new Map(
  guide.split(/^## /mu).map((section) => {
    const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gmu)];
    return [section.split('\n', 1)[0] ?? '', blocks.map(([, block = '']) => block)] as const;
  }),
);

test('HEADLESS.md: without a bus, with nothing but keywire', async () => {
  await inWorld(async (env) => {
    for (const [heading, count] of [
      ['A keyring for one command', 1],
      ['Kept in a file', 2],
      ['Kept running', 2],
    ] as const) {
      const blocks = SECTIONS.get(heading) ?? [];
      assert.equal(blocks.length, count, heading);
      for (const block of blocks) await runBlock(block, env);
    }
  });
});

const missing = requires('dbus-daemon', 'gnome-keyring');
if (missing !== undefined) test.skip('HEADLESS.md: with GNOME Keyring', missing);
else {
  test('HEADLESS.md: GNOME Keyring by itself', async () => {
    const [block = ''] = SECTIONS.get('GNOME Keyring by itself') ?? [];
    await inWorld((env) => runBlock(block, env));
  });

  test('HEADLESS.md: a keyring that is there, and locked', async () => {
    const [block = ''] = SECTIONS.get('The keyring is there, and locked') ?? [];
    await using keyring = await bootGnomeKeyring({ state: 'locked' });
    await inWorld((env) =>
      runBlock(block, {
        ...keyring.env,
        PATH: env['PATH'] ?? '',
        KEYRING_PASSWORD: keyring.password,
      }),
    );
  });
}

test('HEADLESS.md: no block is left out', () => {
  const blocks = [...SECTIONS.values()].flat();
  assert.equal(blocks.length, 7);
  assert.equal([...guide.matchAll(/^```sh$/gmu)].length, blocks.length);
});

async function runBlock(block: string, env: Environment): Promise<void> {
  assert.notEqual(block, '');
  const home = env['HOME'] ?? assert.fail('no home');
  const { code, stdout, stderr } = await run('/bin/bash', ['-e', '-o', 'pipefail', '-c', block], {
    env,
    cwd: home,
  });
  assert.equal(code, 0, `${block}\n${stderr}`);
  const runs = block.match(/\bmy-app$/gmu)?.length ?? 0;
  assert.equal(new TextDecoder().decode(stdout), RAN.repeat(runs), block);
}

/** A home with keywire and my-app on the path, and no bus. */
async function inWorld(use: (env: Environment) => Promise<void>): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'kw-guide-'));
  try {
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(path.join(root, 'dist/keywire.cjs'), path.join(bin, 'keywire'));
    writeFileSync(path.join(bin, 'my-app'), MY_APP, { mode: 0o755 });
    await use({
      HOME: home,
      LANG: 'C.UTF-8',
      PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      KEYRING_PASSWORD: PASSWORD,
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
