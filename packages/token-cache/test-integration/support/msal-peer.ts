/** Python's msal-extensions, as the other side of a shared cache. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PYTHON, type RunOptions, run } from '../../../../test-fixtures/src/index.ts';

const SCRIPT = fileURLToPath(new URL('msal_peer.py', import.meta.url));

export interface PeerPersistence {
  readonly kind: 'file' | 'libsecret';
  readonly location: string;
  readonly schema?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly label?: string;
  /** False where the library's own trial run cannot pass: it stores without a label. Default: true. */
  readonly trial?: boolean;
}

export type PeerOperation =
  | { readonly do: 'save'; readonly text: string }
  | { readonly do: 'load' | 'find' | 'tokens' }
  | { readonly do: 'add'; readonly name: string }
  | { readonly do: 'adds'; readonly name: string; readonly count: number };

/** Performs operations in a Python process; gives their results. */
export async function msalPeer(
  persistence: PeerPersistence,
  operations: readonly PeerOperation[],
  env?: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const input = `${JSON.stringify({ ...persistence, operations })}\n`;
  const options: RunOptions = { input, timeoutMs: 120_000, ...(env === undefined ? {} : { env }) };
  const result = await run(PYTHON, [SCRIPT], options);
  assert.equal(result.code, 0, result.stderr);
  const results: unknown[] = JSON.parse(new TextDecoder().decode(result.stdout));
  return results;
}

/** A Python process that holds the lock of a cache until it is told to let go, or killed. */
export async function holdInPython(location: string): Promise<ChildProcess> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const operations = [{ do: 'hold' }];
  child.stdin.write(`${JSON.stringify({ kind: 'file', location, operations })}\n`);
  const [held] = await once(child.stdout, 'data');
  assert.equal(String(held), 'held\n');
  return child;
}
