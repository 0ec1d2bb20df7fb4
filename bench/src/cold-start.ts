/**
 * Cold start: one lookup from the shell, process start to exit, on a real gnome-keyring in a private
 * bus. Everything is run in turn, round after round, and each runtime is compared with what it takes
 * that runtime to do nothing. Every run's output is checked.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import {
  bootGnomeKeyring,
  PYTHON,
  type RuntimeName,
  requires,
  requiresRuntime,
  runtime,
} from '../../test-fixtures/src/index.ts';
import { compileDriver } from './c-drivers.ts';
import type { BenchOptions } from './options.ts';
import { BENCH, buildFolder, REPOSITORY } from './paths.ts';
import { formatTable, formatTargets, median, type Target } from './report.ts';

interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** What it must print. */
  readonly prints: string;
  /** The contender that does nothing on the same runtime. */
  readonly base: string;
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

type Env = Readonly<Record<string, string>>;

const execute = promisify(execFile);
const CLI = path.join(REPOSITORY, 'dist/keywire.cjs');
const ATTRIBUTES: readonly string[] = ['service', 'example.com', 'username', 'alice'];
const SECRET = 'correct horse battery staple';
const NAPI_SERVICE = 'napi.example.com';

export async function benchColdStart(options: BenchOptions): Promise<Target[]> {
  const measure = compileDriver('measure');
  const missing =
    typeof measure === 'string' ? measure : (requires('gnome-keyring') ?? missingCli());
  if (typeof measure === 'string' || missing !== undefined) {
    console.log(`\nskipped cold start: ${missing}`);
    return [];
  }
  const [service = '', host = '', name = '', user = ''] = ATTRIBUTES;
  await using keyring = await bootGnomeKeyring({
    seed: [{ label: 'bench', attributes: { [service]: host, [name]: user }, secret: SECRET }],
  });
  const contenders = await contendersOn(keyring.env);
  const costs = new Map<string, Cost[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < (options.isFull ? 40 : 12); round++) {
    for (const contender of contenders) {
      costs.get(contender.name)?.push(await runOnce(measure.program, contender, keyring.env));
    }
  }
  return report(contenders, costs);
}

function missingCli(): string | undefined {
  return existsSync(CLI) ? undefined : 'no dist/keywire.cjs (npm run build)';
}

async function contendersOn(env: Env): Promise<Contender[]> {
  const list: Contender[] = [
    nothing('node -e 0', [process.execPath, '-e', '0']),
    onNode('net.connect to the bus', ['bare-connect.cjs'], ''),
    lookup('node', 'node -e 0'),
    lookup('node', 'node -e 0', '--plain'),
  ];
  const napi = ['napi-keyring.cjs', 'set', NAPI_SERVICE, 'alice', SECRET];
  try {
    await execute(process.execPath, probe(napi), { env });
    list.push(
      onNode('@napi-rs/keyring', ['napi-keyring.cjs', 'get', NAPI_SERVICE, 'alice'], SECRET),
    );
  } catch (fault) {
    console.log(`skipped @napi-rs/keyring: ${fault instanceof Error ? fault.message : fault}`);
  }
  list.push(
    native('secret-tool lookup', ['secret-tool', 'lookup', ...ATTRIBUTES]),
    native('SecretStorage', [
      PYTHON,
      path.join(BENCH, 'probes/lookup_secretstorage.py'),
      ...ATTRIBUTES,
    ]),
  );
  for (const name of ['node-newest', 'bun', 'deno'] as const) list.push(...onRuntime(name));
  if (requiresRuntime('node-newest') === undefined) list.push(withCompileCache());
  return list;
}

function nothing(name: string, command: readonly string[]): Contender {
  return { name, command, prints: '', base: name };
}

function native(name: string, command: readonly string[]): Contender {
  return { name, command, prints: SECRET, base: 'node -e 0' };
}

function onNode(name: string, probeArgs: readonly string[], prints: string): Contender {
  return { name, command: [process.execPath, ...probe(probeArgs)], prints, base: 'node -e 0' };
}

function probe([file = '', ...args]: readonly string[]): string[] {
  return [path.join(BENCH, 'probes', file), ...args];
}

function lookup(name: RuntimeName, base: string, ...options: readonly string[]): Contender {
  const { command, args } = runtime(name);
  return {
    name: ['keywire lookup', ...options, `(${name})`].join(' '),
    command: [command, ...args, CLI, 'lookup', ...options, ...ATTRIBUTES],
    prints: SECRET,
    base,
  };
}

/** The newest Node once more, which finds the bundle compiled from the second round on. */
function withCompileCache(): Contender {
  const { name, command, ...rest } = lookup('node-newest', 'node-newest, nothing');
  const folder = path.join(buildFolder('cold-start'), 'compile-cache');
  return {
    ...rest,
    name: `${name}, NODE_COMPILE_CACHE`,
    command: ['env', `NODE_COMPILE_CACHE=${folder}`, ...command],
  };
}

/** Bun, Deno and the newest Node, where they are installed. */
function onRuntime(name: RuntimeName): Contender[] {
  const missing = requiresRuntime(name);
  if (missing !== undefined) {
    console.log(`skipped ${missing}`);
    return [];
  }
  const { command } = runtime(name);
  const base = `${name}, nothing`;
  const evaluate = name === 'deno' ? ['eval', '0'] : ['-e', '0'];
  return [nothing(base, [command, ...evaluate]), lookup(name, base)];
}

async function runOnce(measure: string, contender: Contender, env: Env): Promise<Cost> {
  const file = path.join(buildFolder('cold-start'), 'cost');
  const { stdout } = await execute(measure, [file, ...contender.command], { env });
  if (stdout.trimEnd() !== contender.prints) {
    throw new Error(`${contender.name}: the secret, got ${stdout.length} other characters`);
  }
  const [wallNs = 0, cpuNs = 0, rssKiB = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
  return { wallMs: wallNs / 1e6, cpuMs: cpuNs / 1e6, rssMiB: rssKiB / 1024 };
}

function report(contenders: readonly Contender[], costs: ReadonlyMap<string, Cost[]>): Target[] {
  const of = (name: string, key: keyof Cost): number[] =>
    (costs.get(name) ?? []).map((cost) => cost[key]);
  const rows = contenders.map(({ name, base }) => [
    name,
    Math.min(...of(name, 'wallMs')).toFixed(1),
    median(of(name, 'wallMs')).toFixed(1),
    median(of(name, 'cpuMs')).toFixed(1),
    (median(of(name, 'cpuMs')) - median(of(base, 'cpuMs'))).toFixed(1),
    (median(of(name, 'wallMs')) / median(of(base, 'wallMs'))).toFixed(2),
    Math.max(...of(name, 'rssMiB')).toFixed(1),
  ]);
  console.log(
    '\ncold start of one lookup (ms, MiB); beside what the same runtime takes for nothing',
  );
  const head = [
    '',
    'wall least',
    'wall median',
    'cpu median',
    'cpu over base',
    'wall ratio',
    'max RSS',
  ];
  console.log(formatTable([head, ...rows]));
  const ours = 'keywire lookup (node)';
  const targets: Target[] = [
    {
      name: 'encrypted lookup, wall median, times node -e 0',
      measured: median(of(ours, 'wallMs')) / median(of('node -e 0', 'wallMs')),
      limit: 1.35,
      direction: 'at most',
    },
  ];
  console.log(`\n${formatTargets(targets)}`);
  return targets;
}
