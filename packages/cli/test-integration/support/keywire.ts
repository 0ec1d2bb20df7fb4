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
  secretTool,
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

export type KeyringTest = readonly [name: string, body: (keyring: Keyring) => Promise<void>];

/**
 * Each test on each of the three keyrings. A keyring is booted once, by its first test, and ended
 * by its last; before each test another client deletes what the one before left behind.
 */
export function onEachKeyring(tests: readonly KeyringTest[]): void {
  for (const { kind, needs, boot } of KINDS) {
    const missing = requires('dbus-daemon', needs, 'secret-tool');
    let booted: Promise<Keyring> | undefined;
    for (const [index, [name, body]] of tests.entries()) {
      const title = `${kind}: ${name}`;
      if (missing !== undefined) {
        test.skip(title, missing);
        continue;
      }
      test(title, async () => {
        booted ??= boot();
        const keyring = await booted;
        try {
          for (const app of ['demo', 'other'])
            await secretTool(keyring.peerEnv, ['clear', 'app', app]);
          await body(keyring);
        } finally {
          if (index === tests.length - 1) await keyring[Symbol.asyncDispose]();
        }
      });
    }
  }
}
