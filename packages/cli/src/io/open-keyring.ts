/**
 * Opens the user's keyring as the common options say. The connection is begun and not waited for:
 * the first operation travels with it.
 */
import { SecretService } from '@keywire/secret-service';
import { SecretServiceKeyring } from '../secret-service-keyring.ts';
import type { Keyring, KeyringOptions } from '../types/keyring.ts';
import { tell } from './tell.ts';
import { whileWaiting } from './while-waiting.ts';

export async function openKeyring(
  { noPrompt, plain, timeoutMs, trace = false }: KeyringOptions,
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
    ...(trace ? { trace: tell } : {}),
    ...timeouts,
  });
  return new SecretServiceKeyring(service, { signal, whileWaiting });
}
