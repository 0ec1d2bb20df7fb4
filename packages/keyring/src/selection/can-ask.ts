/** Whether the user can be asked: the default of `interactive`. */
import type { KeyringHost } from '../types/host.ts';

/** Whether a dialog or a question would be seen. */
export function canAsk(host: Pick<KeyringHost, 'env' | 'hasTerminal'>): boolean {
  const { DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '' } = host.env;
  return x11 !== '' || wayland !== '' || host.hasTerminal;
}
