/**
 * GetId through the embedded bus beside dbus-daemon, in one run and with the same client: what the
 * bus in a Node process costs. CPU time is the bus's own process; wall time is what a caller waits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { DriverProcess } from './driver-process.ts';
import { startDrivers } from './drivers.ts';
import type { BenchOptions } from './options.ts';
import { REPOSITORY } from './paths.ts';
import { withPrivateBus } from './private-bus.ts';
import { formatNs, formatTable, formatTargets, median, type Target } from './report.ts';

interface Series {
  readonly bus: 'embedded' | 'dbus-daemon';
  readonly client: DriverProcess;
  readonly inFlight: number;
  readonly pid: number;
  readonly wall: number[];
  readonly cpu: number[];
}

const BUNDLE = path.join(REPOSITORY, 'dist/keywire.cjs');
/** The leanest client, behind which the bus is most of what is measured, and ours. */
const CLIENTS: readonly string[] = ['sd-bus', 'keywire'];
const IN_FLIGHT: readonly number[] = [1, 200];
const CALLS_A_SLICE = 400;
const WARM_UP_CALLS = 4000;
/** The kernel counts a process's time in hundredths of a second: many slices make one reading. */
const TICK_NS = 1e7;

export async function benchEmbeddedBus(options: BenchOptions): Promise<Target[]> {
  const served = await serve();
  try {
    return await withPrivateBus(async (address, pid) => {
      const series = [
        ...(await connectClients(options, 'embedded', served)),
        ...(await connectClients(options, 'dbus-daemon', { address, pid })),
      ];
      for (let round = 0; round < options.rounds * 2; round++) {
        for (const { client, inFlight, pid: bus, wall, cpu } of series) {
          const before = cpuTicks(bus);
          const { wallNs } = await client.time(`call ${CALLS_A_SLICE} ${inFlight}`);
          wall.push(wallNs / CALLS_A_SLICE);
          cpu.push(((cpuTicks(bus) - before) * TICK_NS) / CALLS_A_SLICE);
        }
      }
      await Promise.all(
        [...new Set(series.map(({ client }) => client))].map((each) => each.stop()),
      );
      print(series);
      const targets = targetsOf(series);
      console.log(`\n${formatTargets(targets)}`);
      return targets;
    });
  } finally {
    await served.stop();
  }
}

/** The embedded bus as users start it: the bundle, with a provider that has nothing to do. */
async function serve(): Promise<{ address: string; pid: number; stop: () => Promise<void> }> {
  const server: ChildProcess = spawn(process.execPath, [BUNDLE, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  if (server.stdout === null) throw new Error('keywire serve: expected its output');
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  return {
    address: String(line).replace(/^DBUS_SESSION_BUS_ADDRESS=/u, ''),
    pid: server.pid ?? 0,
    async stop() {
      server.kill();
      await ended;
    },
  };
}

async function connectClients(
  options: BenchOptions,
  bus: Series['bus'],
  { address, pid }: { address: string; pid: number },
): Promise<Series[]> {
  const series: Series[] = [];
  for (const client of await startDrivers(CLIENTS.filter((name) => options.peers.test(name)))) {
    await client.ask(`connect ${address}`);
    for (const inFlight of IN_FLIGHT) {
      await client.time(`call ${WARM_UP_CALLS} ${inFlight}`);
      series.push({ bus, client, inFlight, pid, wall: [], cpu: [] });
    }
  }
  return series;
}

/** User and system time of a process, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function print(all: readonly Series[]): void {
  const rows = all.map(({ bus, client, inFlight, wall, cpu }) => [
    `${client.name} through ${bus}, ${inFlight} in flight`,
    formatNs(Math.min(...wall)),
    formatNs(median(wall)),
    formatNs(mean(cpu)),
  ]);
  console.log('\nembedded-bus: one call of GetId');
  console.log(formatTable([['', 'wall: least', 'median', "the bus's CPU: mean"], ...rows]));
}

function targetsOf(all: readonly Series[]): Target[] {
  const least = (bus: Series['bus'], name: string): number =>
    Math.min(
      ...all
        .filter((one) => one.bus === bus && one.client.name === name && one.inFlight === 1)
        .flatMap(({ wall }) => wall),
    );
  return [...new Set(all.map(({ client }) => client.name))].map((name) => ({
    name: `${name}: one call after the other, times dbus-daemon's time`,
    measured: least('embedded', name) / least('dbus-daemon', name),
    limit: 1,
    direction: 'at most',
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
