/** How a keyring is reached, of the options that commands share. */
import type { ServiceConnectOptions } from '@keywire/keyring';
import type { KeyringOptions } from '../../types/keyring.ts';
import { tell } from '../terminal/tell.ts';

export function connectOptions(options: KeyringOptions): ServiceConnectOptions {
  const { plain, timeoutMs, trace = false } = options;
  const session = plain ? 'plain' : 'encrypted';
  const common = { session, ...(trace ? { trace: tell } : {}) } as const;
  if (timeoutMs === undefined) return common;
  const timeouts = { connectMs: timeoutMs, replyMs: timeoutMs, promptMs: timeoutMs };
  return { ...common, timeouts };
}
