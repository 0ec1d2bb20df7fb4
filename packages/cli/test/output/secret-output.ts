import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { StreamName } from '../../src/types/outcome.ts';
import { FakeHost, runWords, type Shown } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

async function shownOn(
  terminals: readonly StreamName[],
  secret: Uint8Array,
  options: readonly string[] = [],
): Promise<Shown> {
  const keyring = new MemoryKeyring([{ label: 'L', attributes: new Map([['a', 'b']]), secret }]);
  const host = new FakeHost({ keyring, terminals });
  const shown = await runWords(['lookup', ...options, 'a', 'b'], host);
  const isGivenOn = shown.code === 0 && options.length === 0;
  assert.ok(isGivenOn || keyring.given.every((bytes) => bytes.every((byte) => byte === 0)));
  return shown;
}

const TEXTS = ['s3cret ü', 'two\nlines\n', 'a\ttab\r\n', ''].map((text) =>
  new TextEncoder().encode(text),
);
const NO_TEXTS = [
  Uint8Array.of(0x80),
  Uint8Array.of(0x61, 0),
  new TextEncoder().encode('\u001b]0;title\u0007'),
  new TextEncoder().encode('\u009b2J'),
  new TextEncoder().encode('over\rwritten'),
];

// @rule cli/lookup-bytes
test('secretOutput: every byte into a pipe, one newline more on a terminal', async () => {
  for (const secret of [...TEXTS, ...NO_TEXTS]) {
    assert.deepEqual((await shownOn([], secret)).stdoutBytes, secret);
  }
  for (const secret of TEXTS) {
    assert.deepEqual((await shownOn(['stdout'], secret)).stdoutBytes, Uint8Array.of(...secret, 10));
  }
});

// @rule cli/terminal-escapes
test('secretOutput: what is no text is not shown on a terminal, but as base64', async () => {
  for (const secret of NO_TEXTS) {
    const shown = await shownOn(['stdout'], secret);
    assert.deepEqual([shown.code, shown.stdout], [7, '']);
    assert.match(shown.stderr, /^keywire: lookup: the secret is no text .* use --base64\n$/u);
    const base64 = await shownOn(['stdout'], secret, ['--base64']);
    assert.deepEqual(Buffer.from(base64.stdout, 'base64'), Buffer.from(secret));
  }
});
