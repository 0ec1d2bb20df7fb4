/** A service that lasts until a signal asks for the end, or the bus is gone. */
import process from 'node:process';
import type { ServiceAddress, ServicePlan } from '../../types/service-host.ts';
import type { EndRequest } from '../signals.ts';
import { startService } from './service.ts';

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
  let takeBack = (): void => {};
  const stopped = new Promise<'stopped'>((resolve) => {
    takeBack = end.handOver(() => resolve('stopped'));
  });
  try {
    const service = await startService(plan);
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
