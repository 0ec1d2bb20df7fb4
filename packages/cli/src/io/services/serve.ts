/** A service that lasts until a signal asks for the end, or the bus is gone. */
import process from 'node:process';
import type { ServiceAddress, ServicePlan } from '../../types/service-host.ts';
import type { EndRequest } from '../signals.ts';
import { type RunningService, startService } from './service.ts';

export async function serve(
  plan: ServicePlan,
  ready: (at: ServiceAddress) => Promise<void>,
  end: EndRequest,
): Promise<'stopped' | 'lost'> {
  // @rule cli/no-inspector keywire#serve
  // Node opens its inspector on SIGUSR1 unless somebody listens: whoever could send one signal
  // could then read every secret.
  const ignore = (): void => {};
  process.on('SIGUSR1', ignore);
  const asked = new AbortController();
  const stopped = new Promise<'stopped'>((resolve) => {
    asked.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const takeBack = end.handOver(() => asked.abort());
  try {
    const service = await startUnlessAsked(plan, asked.signal);
    if (service === undefined) return 'stopped';
    try {
      await ready(service);
      return await Promise.race([stopped, service.lost.then(() => 'lost' as const)]);
    } finally {
      await service.close();
    }
  } finally {
    takeBack();
    process.off('SIGUSR1', ignore);
  }
}

/** Resolves to `undefined` where the end was asked for before the service was there. */
// @rule cli/start-can-be-ended keywire#waiting
async function startUnlessAsked(
  plan: ServicePlan,
  signal: AbortSignal,
): Promise<RunningService | undefined> {
  try {
    return await startService(plan, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
