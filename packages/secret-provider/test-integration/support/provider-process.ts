/** Starts providers as processes of their own, and ends them as a crash would. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { currentRuntime } from '../../../../test-fixtures/src/index.ts';

export const PASSWORD = 'correct horse';

export interface ProviderProcess extends AsyncDisposable {
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
}

/** Resolves once the provider serves; its end before that is an error. */
export async function startProviderProcess(
  address: string,
  path: string,
  auditPath = '',
): Promise<ProviderProcess> {
  const { command, sourceArgs } = currentRuntime();
  const script = fileURLToPath(new URL('./file-provider.ts', import.meta.url));
  const child = spawn(command, [...sourceArgs, script, address, path, PASSWORD, auditPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => assert.fail('the provider ended before it was ready')),
  ]);
  assert.equal(line, 'ready');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { kill, [Symbol.asyncDispose]: kill };
}
