/**
 * Opens the user's keyring as the common options say. The connection is begun and not waited for:
 * the first operation travels with it.
 */
import { SecretService } from '@keywire/secret-service';
import { SecretServiceKeyring } from '../../keyring/secret-service.ts';
import type { Keyring, KeyringOptions } from '../../types/keyring.ts';
import { connectOptions } from './connect-options.ts';
import { whileWaiting } from './while-waiting.ts';

export async function openKeyring(options: KeyringOptions, signal: AbortSignal): Promise<Keyring> {
  const interactive = !options.noPrompt;
  const service = SecretService.open({ signal, interactive, ...connectOptions(options) });
  return new SecretServiceKeyring(service, { signal, whileWaiting });
}
