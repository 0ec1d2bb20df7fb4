/** Whether the user can be asked: the default of `interactive`. */
import type { KeyringHost } from './types/host.ts';

/** Whether a dialog or a question would be seen. */
export function canAsk({ env, hasTerminal }: Pick<KeyringHost, 'env' | 'hasTerminal'>): boolean {
  return (
    hasTerminal || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => (name ?? '') !== '')
  );
}
