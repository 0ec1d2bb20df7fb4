/** Starts writers as processes of their own, and checks what they left. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { currentRuntime } from '../../../../test-fixtures/src/index.ts';
import { openKeyringFile } from '../../src/index.ts';
import { text } from '../../test/support/memory-io.ts';

export const PASSWORD = 'correct horse';
/** Each writer changes so many items in turn. */
export const SLOTS = 7;
/** The least the formats allow: what is tested here is not the key derivation. */
export const CHEAP = { kdf: 'scrypt', logN: 14, r: 8, p: 1 } as const;

export interface Writer {
  /** The last number that it said was on disk; 0 before the first. */
  acknowledged(): number;
  kill(): void;
  /** Resolves once it has ended, with its exit code or the signal. */
  readonly ended: Promise<number | string | null>;
}

export function startWriter(
  path: string,
  writer: string,
  range: { readonly first: number; readonly last: number },
  onAcknowledged: (count: number) => void = () => undefined,
): Writer {
  const { command, sourceArgs } = currentRuntime();
  const script = fileURLToPath(new URL('./writer.ts', import.meta.url));
  const args = [...sourceArgs, script, path, writer, String(range.first), String(range.last)];
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  assert.ok(child.stdout !== null);
  let last = 0;
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line);
    count += 1;
    onAcknowledged(count);
  });
  return {
    acknowledged: () => last,
    kill: () => void child.kill('SIGKILL'),
    // 'close' comes after the last line: what was said before the end has been heard.
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  };
}

/**
 * Asserts that the file is sound and holds, for each slot, the newest number acknowledged, or the
 * one after it that the writer had no time to speak of.
 */
export async function assertNothingLost(
  path: string,
  acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
  const file = await openKeyringFile(path, { password: PASSWORD });
  assert.deepEqual(await file.rejected(), []);
  const found = new Map<string, number>();
  for (const item of await file.items()) {
    const key = `${item.attributes.get('writer')} ${item.attributes.get('slot')}`;
    assert.equal(found.has(key), false, `two items for ${key}`);
    found.set(key, Number(text(item.readSecret())));
  }
  for (const [writer, last] of acknowledged) {
    for (let number = Math.max(1, last - SLOTS + 1); number <= last; number += 1) {
      const key = `${writer} ${number % SLOTS}`;
      const value = found.get(key) ?? 0;
      const isNewer = value === last + 1 && value % SLOTS === number % SLOTS;
      assert.ok(value === number || isNewer, `${key}: ${number} was acknowledged, got ${value}`);
    }
  }
  file.close();
}
