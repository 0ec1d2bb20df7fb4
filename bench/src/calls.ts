/**
 * Calls of GetId through a private dbus-daemon: one after the other, and 200 in flight. Wall time is
 * what counts here, since most of it passes in the daemon and the kernel; slices are interleaved and
 * the least mean is shown beside the median.
 */
import type { DriverProcess } from './driver-process.ts';
import { startDrivers } from './drivers.ts';
import type { BenchOptions } from './options.ts';
import { withPrivateBus } from './private-bus.ts';
import { formatNs, formatTable, formatTargets, median, type Target } from './report.ts';

interface Series {
  readonly driver: DriverProcess;
  readonly inFlight: number;
  readonly means: number[];
}

const CALLERS: readonly string[] = [
  'keywire',
  'dbus-next',
  'jellybrick-dbus-next',
  'dbus-native',
  'glib',
  'libdbus',
  'sd-bus',
];
const IN_FLIGHT: readonly number[] = [1, 200];
const CALLS_A_SLICE = 400;
const WARM_UP_CALLS = 4000;

export async function benchCalls(options: BenchOptions): Promise<Target[]> {
  return withPrivateBus(async (address) => {
    const drivers = await startDrivers(CALLERS.filter((name) => options.peers.test(name)));
    const series: Series[] = [];
    for (const driver of drivers) {
      try {
        await driver.ask(`connect ${address}`);
        for (const inFlight of IN_FLIGHT) {
          await driver.time(`call ${WARM_UP_CALLS} ${inFlight}`);
          series.push({ driver, inFlight, means: [] });
        }
      } catch (fault) {
        console.log(`skipped ${fault instanceof Error ? fault.message : fault}`);
      }
    }
    for (let round = 0; round < options.rounds * 2; round++) {
      for (const { driver, inFlight, means } of series) {
        const { wallNs } = await driver.time(`call ${CALLS_A_SLICE} ${inFlight}`);
        means.push(wallNs / CALLS_A_SLICE);
      }
    }
    await Promise.all(drivers.map((driver) => driver.stop()));
    print(drivers, series);
    const targets = targetsOf(series);
    console.log(`\n${formatTargets(targets)}`);
    return targets;
  });
}

function print(drivers: readonly DriverProcess[], series: readonly Series[]): void {
  const rows = drivers.map((driver) => [
    `${driver.name} ${driver.version}`,
    ...IN_FLIGHT.flatMap((inFlight) => {
      const means = meansOf(series, driver.name, inFlight);
      return [formatNs(Math.min(...means)), formatNs(median(means))];
    }),
  ]);
  console.log('\ncalls: wall time of one call of GetId through dbus-daemon');
  console.log(
    formatTable([['', 'one by one: least', 'median', '200 in flight: least', 'median'], ...rows]),
  );
}

function meansOf(series: readonly Series[], name: string, inFlight: number): readonly number[] {
  return series.find((one) => one.driver.name === name && one.inFlight === inFlight)?.means ?? [];
}

function targetsOf(series: readonly Series[]): Target[] {
  const ratio = (peer: string): number =>
    Math.min(...meansOf(series, 'keywire', 1)) / Math.min(...meansOf(series, peer, 1));
  const limits: readonly [string, number][] = [
    ['sd-bus', 1.25],
    ['libdbus', 0.9],
  ];
  return limits
    .filter(([peer]) => meansOf(series, peer, 1).length > 0)
    .map(([peer, limit]) => ({
      name: `one call after the other, times ${peer}'s time`,
      measured: ratio(peer),
      limit,
      direction: 'at most',
    }));
}
