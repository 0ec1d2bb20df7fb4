/** What of the bench runs, and for how long. */
import process from 'node:process';

export interface BenchOptions {
  /** The parts to run; all of them when none is named. */
  readonly parts: ReadonlySet<string>;
  readonly workloads: RegExp;
  readonly peers: RegExp;
  readonly rounds: number;
  readonly sliceMs: number;
  /**
   * Which clock the tables show. CPU time is what the process used, all its threads together: on a
   * machine with other work it repeats better than wall time.
   */
  readonly clock: 'cpu' | 'wall';
  readonly isFull: boolean;
}

const PARTS: readonly string[] = [
  'codec',
  'calls',
  'embedded-bus',
  'first-use',
  'cold-start',
  'size',
];

const USAGE = `usage: npm run bench -- [PART …] [workload=REGEX] [peer=REGEX]
parts: ${PARTS.join(', ')} (default: all)
environment: FULL=1 for more and longer rounds, CLOCK=wall for wall time in the codec's tables`;

export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): BenchOptions {
  const parts = args.filter((arg) => !arg.includes('='));
  const unknown = args.find((arg) => !PARTS.includes(arg) && !/^(?:workload|peer)=/u.test(arg));
  if (unknown !== undefined) throw new Error(`${unknown}: not a part of the bench\n${USAGE}`);
  const isFull = env['FULL'] === '1';
  return {
    parts: new Set(parts.length > 0 ? parts : PARTS),
    workloads: filterOf(args, 'workload'),
    peers: filterOf(args, 'peer'),
    rounds: isFull ? 40 : 15,
    sliceMs: isFull ? 20 : 6,
    clock: env['CLOCK'] === 'wall' ? 'wall' : 'cpu',
    isFull,
  };
}

/** A filter that never hides ours: ratios need it. */
function filterOf(args: readonly string[], name: string): RegExp {
  const pattern = args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return name === 'peer' && pattern !== ''
    ? new RegExp(`^keywire|${pattern}`, 'u')
    : new RegExp(pattern, 'u');
}
