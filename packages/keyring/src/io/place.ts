/** Where this program runs, as a drop-in sees it; read anew for each call, since it can change. */
import process from 'node:process';
import { canAsk } from '../selection/can-ask.ts';
import type { Place } from '../types/place.ts';
import { hasTerminal } from './terminal.ts';

/** @param interactive - in place of finding out whether a dialog would be seen */
export function currentPlace(interactive: boolean | undefined): Place {
  const { env } = process;
  return {
    busAddress: env['DBUS_SESSION_BUS_ADDRESS'],
    interactive: interactive ?? canAsk({ env, hasTerminal: hasTerminal() }),
  };
}
