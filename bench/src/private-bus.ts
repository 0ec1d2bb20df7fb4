/** A dbus-daemon of our own, with a socket in a folder of its own, for as long as a function runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export async function withPrivateBus<T>(
  use: (address: string, pid: number) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-bench-'));
  const daemon = spawn(
    'dbus-daemon',
    ['--session', '--nofork', '--print-address=1', `--address=unix:path=${folder}/bus`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(daemon, 'exit');
  try {
    const failed = once(daemon, 'error').then(([fault]) => Promise.reject(fault));
    const lines = createInterface({ input: daemon.stdout });
    const [address] = await Promise.race([once(lines, 'line'), failed]);
    return await use(address, daemon.pid ?? 0);
  } finally {
    daemon.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}
