/**
 * Opens the user's keyring as the common options say. The connection is begun and not waited for:
 * the first operation travels with it.
 */
import { writeSync } from 'node:fs';
import { SecretService } from '@keywire/secret-service';
import { SecretServiceKeyring } from '../secret-service-keyring.ts';
import type { Keyring, KeyringOptions } from '../types/keyring.ts';
import { isTerminal } from './terminal.ts';

/** After this long a person is told what the wait may be about. */
const PATIENCE_MS = 3000;

const STDERR = 2;

export async function openKeyring(
  { noPrompt, plain, timeoutMs }: KeyringOptions,
  signal: AbortSignal,
): Promise<Keyring> {
  const timeouts =
    timeoutMs === undefined
      ? {}
      : { timeouts: { connectMs: timeoutMs, replyMs: timeoutMs, promptMs: timeoutMs } };
  const service = SecretService.open({
    signal,
    interactive: !noPrompt,
    session: plain ? 'plain' : 'encrypted',
    ...timeouts,
  });
  return new SecretServiceKeyring(service, { signal, whileWaiting });
}

/** Says once, on a terminal, why nothing happens: the prompt may be on another screen. */
async function whileWaiting<T>(operation: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    if (!isTerminal('stderr')) return;
    writeSync(
      STDERR,
      'keywire: waiting for the keyring, which may be showing a prompt; Ctrl-C gives up\n',
    );
  }, PATIENCE_MS);
  try {
    return await operation;
  } finally {
    clearTimeout(timer);
  }
}
