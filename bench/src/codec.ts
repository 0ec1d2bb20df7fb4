/**
 * Encoding and decoding, ours beside the peers. Every driver is a process of its own and each is
 * verified before it is timed. Slices of all drivers are interleaved, and the least of the means
 * of many slices counts: other work on the machine can only add to a slice.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DriverProcess, Elapsed } from './driver-process.ts';
import { DRIVER_NAMES, kindOf, startDrivers } from './drivers.ts';
import type { BenchOptions } from './options.ts';
import { buildFolder } from './paths.ts';
import { referenceMessage } from './reference-marshal.ts';
import {
  formatNs,
  formatRatio,
  formatTable,
  formatTargets,
  geometricMean,
  type Target,
} from './report.ts';
import { assertSameMessage } from './verify.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

type Operation = 'encode' | 'decode' | 'copy';

/** One driver doing one operation on one workload. */
interface Cell {
  readonly driver: DriverProcess;
  readonly workload: Workload;
  readonly operation: Operation;
  /** Iterations of a slice, so that it takes about the time wanted. */
  count: number;
  best: Elapsed;
}

const OPERATIONS: readonly Operation[] = ['encode', 'decode'];
/** Copies into a buffer that is there already. */
const MEMCPY = 'memcpy';
/** Whose process also copies into new buffers: the two differ by the state of a heap alone. */
const COPIER = 'keywire-typed';
/** A slower operation gets fewer rounds: its own iterations are many already. */
const SLOW_NS = 5_000_000;
const SLOW_ROUNDS = 3;
const BULK_SLICES = 2;
const WARM_UP_NS = 100_000_000;

export async function benchCodec(options: BenchOptions): Promise<Target[]> {
  const workloads = WORKLOADS.filter(({ id }) => options.workloads.test(id));
  const drivers = await startDrivers(DRIVER_NAMES.filter((name) => options.peers.test(name)));
  const cells: Cell[] = [];
  for (const driver of drivers) {
    for (const workload of workloads) cells.push(...(await verifiedCells(driver, workload)));
  }
  console.log(`codec: ${drivers.length} drivers verified, ${cells.length} measurements to make`);
  for (const cell of cells) await warmUp(cell, options.sliceMs);
  for (let round = 0; round < options.rounds; round++) {
    for (const cell of cells) {
      if (cell.best.wallNs > SLOW_NS && round >= SLOW_ROUNDS) continue;
      for (let slice = 0; slice < slicesOf(cell); slice++) await runSlice(cell);
    }
  }
  await Promise.all(drivers.map((driver) => driver.stop()));
  for (const operation of OPERATIONS) printTable(operation, drivers, workloads, cells, options);
  const targets = targetsOf(cells, options);
  console.log(`\n${formatTargets(targets)}`);
  return targets;
}

async function verifiedCells(driver: DriverProcess, workload: Workload): Promise<Cell[]> {
  const make = (operation: Operation): Cell => ({
    driver,
    workload,
    operation,
    count: 1,
    best: { wallNs: Number.POSITIVE_INFINITY, cpuNs: Number.POSITIVE_INFINITY },
  });
  if (driver.name === MEMCPY) return [make('copy')];
  const file = path.join(buildFolder('encoded'), `${driver.name}-${workload.id.replace('/', '-')}`);
  try {
    await driver.ask(`verify ${workload.id} ${file}`);
    assertSameMessage(readFileSync(file), referenceMessage(workload.message));
  } catch (fault) {
    console.log(
      `skipped ${driver.name} ${workload.id}: ${fault instanceof Error ? fault.message : fault}`,
    );
    return [];
  }
  return [...OPERATIONS, ...(driver.name === COPIER ? (['copy'] as const) : [])].map(make);
}

/** Bulk data gets more and shorter slices: some must fit between two collections of garbage. */
function slicesOf({ workload, best }: Cell): number {
  return workload.isStructured || best.wallNs > SLOW_NS ? 1 : BULK_SLICES;
}

/** Runs until just-in-time compilers are done, if there are any, and finds how many iterations fill a slice. */
async function warmUp(cell: Cell, sliceMs: number): Promise<void> {
  let spent = 0;
  let perIteration = Number.POSITIVE_INFINITY;
  const enough = kindOf(cell.driver.name) === 'javascript' ? WARM_UP_NS : sliceMs * 1e6;
  while (spent < enough) {
    // CPU time: on a busy machine the compilers' threads wait too.
    const { cpuNs } = await runSlice(cell);
    spent += cpuNs;
    perIteration = Math.min(perIteration, cpuNs / cell.count);
    if (cpuNs < sliceMs * 1e6) cell.count *= 2;
  }
  const sliceNs = (sliceMs * 1e6) / slicesOf(cell);
  cell.count = Math.max(1, Math.round(sliceNs / perIteration));
}

async function runSlice(cell: Cell): Promise<Elapsed> {
  const { driver, workload, operation, count, best } = cell;
  const elapsed = await driver.time(`run ${workload.id} ${operation} ${count}`);
  cell.best = {
    wallNs: Math.min(best.wallNs, elapsed.wallNs / count),
    cpuNs: Math.min(best.cpuNs, elapsed.cpuNs / count),
  };
  return elapsed;
}

function printTable(
  operation: Operation,
  drivers: readonly DriverProcess[],
  workloads: readonly Workload[],
  cells: readonly Cell[],
  { clock }: BenchOptions,
): void {
  const row = (title: string, name: string, timed: Operation): string[] => [
    title,
    ...workloads.map(({ id }) => formatNs(bestOf(cells, name, id, timed, clock))),
  ];
  const codecs = drivers.filter(({ name }) => name !== MEMCPY);
  const rows = [
    ...codecs.map(({ name, version }) => row(`${name} ${version}`, name, operation)),
    row('copy into a new buffer', COPIER, 'copy'),
    row('memcpy', MEMCPY, 'copy'),
  ];
  console.log(`\n${operation}: ${clock} time of a whole message, least mean of a slice`);
  console.log(formatTable([['', ...workloads.map(({ id }) => id)], ...rows]));
  printRatios(operation, drivers, cells, { clock });
}

function printRatios(
  operation: Operation,
  drivers: readonly DriverProcess[],
  cells: readonly Cell[],
  { clock }: Pick<BenchOptions, 'clock'>,
): void {
  const other = clock === 'wall' ? 'cpu' : 'wall';
  const rows = drivers
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('keywire') && name !== MEMCPY)
    .map((name) => [
      name,
      formatRatio(structuredRatio(cells, name, operation, clock)),
      formatRatio(structuredRatio(cells, name, operation, other)),
    ]);
  if (rows.length > 0) {
    console.log(`\n${operation}: ours is this many times as fast (geometric mean, w1–w4 and w7)`);
    console.log(formatTable([['peer', clock, other], ...rows]));
  }
}

function bestOf(
  cells: readonly Cell[],
  driver: string,
  workload: string,
  operation: Operation,
  clock: BenchOptions['clock'],
): number {
  const cell = cells.find(
    (one) =>
      one.driver.name === driver && one.workload.id === workload && one.operation === operation,
  );
  return cell === undefined ? Number.NaN : cell.best[`${clock}Ns`];
}

/** How many times as fast as a peer ours is, over the structured workloads; NaN if one is missing. */
function structuredRatio(
  cells: readonly Cell[],
  peer: string,
  operation: Operation,
  clock: BenchOptions['clock'],
): number {
  const ratios = WORKLOADS.filter(({ isStructured }) => isStructured).map(
    ({ id }) =>
      bestOf(cells, peer, id, operation, clock) / bestOf(cells, 'keywire', id, operation, clock),
  );
  return geometricMean(ratios);
}

function targetsOf(cells: readonly Cell[], { clock }: BenchOptions): Target[] {
  const structured = (operation: Operation, peer: string, limit: number): Target => ({
    name: `${operation} structured, times as fast as ${peer}`,
    measured: structuredRatio(cells, peer, operation, clock),
    limit,
    direction: 'at least',
  });
  const texts = (operation: Operation, id: string, limit: number): Target => ({
    name: `${operation} ${id}, times as fast as sd-bus`,
    measured:
      bestOf(cells, 'sd-bus', id, operation, clock) /
      bestOf(cells, 'keywire', id, operation, clock),
    limit,
    direction: 'at least',
  });
  const bulk = (operation: Operation, id: string, limit: number): Target => ({
    name: `${operation} ${id} as a typed array, times a new copy's time`,
    measured:
      bestOf(cells, COPIER, id, operation, clock) / bestOf(cells, COPIER, id, 'copy', clock),
    limit,
    direction: 'at most',
  });
  return [
    structured('encode', 'dbus-next', 30),
    structured('encode', 'sd-bus', 1.5),
    structured('decode', 'dbus-next', 6),
    structured('decode', 'sd-bus', 2),
    ...['w6/ao', 'w6/as'].map((id) => texts('encode', id, 0.7)),
    ...['w6/ao', 'w6/as'].map((id) => texts('decode', id, 1.1)),
    ...['w5', 'w8/ai', 'w8/ad', 'w8/ax'].map((id) => bulk('encode', id, 1.2)),
    ...['w5', 'w8/ai', 'w8/ad', 'w8/ax'].map((id) => bulk('decode', id, 1.2)),
  ].filter(({ measured }) => !Number.isNaN(measured));
}
