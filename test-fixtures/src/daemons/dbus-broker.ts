/**
 * dbus-broker with a controller of our own (python/dbus_broker.py), because its launcher needs
 * systemd. EXTERNAL only, no activation. Ready: the controller prints the address once the broker
 * has taken the listener.
 */
import { PYTHON } from '../requires.ts';
import { startSupervised } from '../supervised.ts';
import { pythonScript, type Workspace } from '../workspace.ts';
import type { BusOptions, StartedBus } from './bus-options.ts';

export async function startDbusBroker(
  workspace: Workspace,
  options: BusOptions,
): Promise<StartedBus> {
  const process = startSupervised(
    'dbus-broker',
    PYTHON,
    ['-I', pythonScript('dbus_broker'), listenAddress(workspace, options)],
    { workspace },
  );
  const address = await process.untilReady(process.nextLine());
  return { process, address };
}

function listenAddress({ folder }: Workspace, options: BusOptions): string {
  const { address = 'unix', auth, anonymous = false, services = [] } = options;
  const isPlain = auth === undefined && !anonymous && services.length === 0;
  if (!isPlain || (address !== 'unix' && address !== 'abstract')) {
    throw new TypeError('dbus-broker: expected a unix or abstract address and no other options');
  }
  return address === 'unix' ? `unix:path=${folder}/bus` : `unix:abstract=${folder}/bus`;
}
