/** Compiles the drivers in bench/c with the system's compiler, where the headers are there. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BENCH, buildFolder } from './paths.ts';

export interface Driver {
  readonly program: string;
}

interface Recipe {
  /** The pkg-config module, and Debian's package that brings its headers. */
  readonly module: string;
  readonly debianPackage: string;
}

const RECIPES: Readonly<Record<string, Recipe | undefined>> = {
  libdbus: { module: 'dbus-1', debianPackage: 'libdbus-1-dev' },
  glib: { module: 'gio-2.0', debianPackage: 'libglib2.0-dev' },
  libgcrypt: { module: 'libgcrypt', debianPackage: 'libgcrypt20-dev' },
  'sd-bus': { module: 'libsystemd', debianPackage: 'libsystemd-dev' },
};

/** The compiled driver, or why there is none. */
export function compileDriver(name: string): Driver | string {
  const recipe = RECIPES[name];
  const program = path.join(buildFolder('c'), name);
  try {
    const flags = recipe === undefined ? [] : flagsOf(name, recipe);
    run('gcc', ['-O2', '-o', program, path.join(BENCH, 'c', `${name}.c`), ...flags]);
    return { program };
  } catch (fault) {
    const what = fault instanceof Error ? fault.message.split('\n', 1)[0] : String(fault);
    return recipe === undefined
      ? `${what} (apt-get install gcc)`
      : `${what} (apt-get install gcc pkg-config ${recipe.debianPackage})`;
  }
}

function flagsOf(name: string, { module }: Recipe): string[] {
  if (name !== 'sd-bus') return split(run('pkg-config', ['--cflags', '--libs', module]));
  const library = sharedSystemd(run('pkg-config', ['--variable=libdir', module]).trim());
  return [
    ...split(run('pkg-config', ['--cflags', module])),
    `-DSD_VERSION="${run('pkg-config', ['--modversion', module]).trim()}"`,
    library,
    `-Wl,-rpath,${path.dirname(library)}`,
  ];
}

/** The library with sd-bus's inner functions: the public one has none that take or give bytes. */
function sharedSystemd(libraryFolder: string): string {
  const folder = path.join(libraryFolder, 'systemd');
  const file = existsSync(folder)
    ? readdirSync(folder).find((name) => /^libsystemd-shared-.*\.so$/u.test(name))
    : undefined;
  if (file === undefined) throw new Error(`no libsystemd-shared in ${folder}`);
  return path.join(folder, file);
}

function split(flags: string): string[] {
  return flags.trim().split(/\s+/u).filter(Boolean);
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
