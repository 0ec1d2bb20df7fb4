/** dbus-broker has no controller here yet: booting it is an error that says so. */
import { FixtureError } from '../errors.ts';
import type { StartedBus } from './bus.ts';

export async function startDbusBroker(): Promise<StartedBus> {
  throw new FixtureError('not-installed', 'dbus-broker: no controller is here');
}
