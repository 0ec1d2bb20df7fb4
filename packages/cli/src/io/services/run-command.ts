/** A command beside a service that lasts as long as it does, and finds it by the bus's address. */
import type { ChildVariables, CommandEnd, ServicePlan } from '../../types/service-host.ts';
import type { EndRequest } from '../signals.ts';
import { runChild } from './run-child.ts';
import { startService } from './service.ts';

export async function runCommand(
  plan: ServicePlan,
  command: readonly string[],
  variables: ChildVariables,
  end: EndRequest,
): Promise<CommandEnd> {
  return await runChild(command, end, async (signal) => {
    const service = await startService(plan, signal);
    const all = { ...variables, ...variablesFor(service.busAddress) };
    return { variables: all, close: () => service.close() };
  });
}

function variablesFor(busAddress: string | undefined): Readonly<Record<string, string>> {
  // @rule cli/run-environment keywire#run
  return busAddress === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: busAddress };
}
