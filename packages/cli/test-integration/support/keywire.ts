/** The built bundle, run as users run it, against keyrings booted by the fixtures. */
import { Buffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Keyring,
  type KeyringKind,
  type Requirement,
  type RunOptions,
  requires,
  run,
} from '../../../../test-fixtures/src/index.ts';

export const BUNDLE: string = fileURLToPath(
  new URL('../../../../dist/keywire.cjs', import.meta.url),
);

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
}

/** Runs `keywire` and waits for its end. */
export async function keywire(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  options: Omit<RunOptions, 'env'> = {},
): Promise<Answer> {
  const result = await run(process.execPath, [BUNDLE, ...args], { ...options, env });
  return {
    code: result.timedOut ? null : result.code,
    stdout: Buffer.from(result.stdout).toString(),
    stdoutBytes: result.stdout,
    stderr: result.stderr,
  };
}

interface Kind {
  readonly kind: KeyringKind;
  readonly needs: Requirement;
  readonly boot: () => Promise<Keyring>;
}

const KINDS: readonly Kind[] = [
  { kind: 'gnome-keyring', needs: 'gnome-keyring', boot: () => bootGnomeKeyring() },
  { kind: 'kwallet', needs: 'kwallet', boot: () => bootKWallet() },
  { kind: 'keepassxc', needs: 'keepassxc', boot: () => bootKeePassXC() },
];

/** One test for each of the three keyrings, on a private unlocked one. */
export function onEachKeyring(name: string, body: (keyring: Keyring) => Promise<void>): void {
  for (const { kind, needs, boot } of KINDS) {
    const title = `${kind}: ${name}`;
    const missing = requires('dbus-daemon', needs, 'secret-tool');
    if (missing !== undefined) {
      test.skip(title, missing);
      continue;
    }
    test(title, async () => {
      await using keyring = await boot();
      await body(keyring);
    });
  }
}
