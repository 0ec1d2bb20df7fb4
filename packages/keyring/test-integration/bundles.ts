/**
 * Programs written for keytar, Bun and @napi-rs/keyring, bundled into one file with an alias as the
 * whole migration, run alone in an empty folder. Needs "npm run build": what is bundled is dist.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Format } from 'esbuild';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type GnomeKeyring,
  requires,
  requiresRuntime,
  run,
  runtime,
} from '../../../test-fixtures/src/index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUNTIMES = ['node', 'node-newest', 'bun', 'deno'] as const;

interface Program {
  readonly original: string;
  readonly alias: string;
  /** What is done with each form of the imported library. */
  readonly use: string;
  readonly printed: string;
}

const PROGRAMS: readonly Program[] = [
  {
    original: 'keytar',
    alias: '@keywire/keyring/keytar',
    use: `await library.setPassword('bundle', 'ada', 'hunter2');
      printed.push(await library.getPassword('bundle', 'ada'));
      printed.push(await library.deletePassword('bundle', 'ada'));`,
    printed: '["hunter2",true,"hunter2",true,"hunter2",true]\n',
  },
  {
    original: 'bun',
    alias: '@keywire/keyring/bun',
    use: `const name = { service: 'bundle', name: 'token' };
      await library.secrets.set({ ...name, value: 'hunter2' });
      printed.push(await library.secrets.get(name), await library.secrets.delete(name));`,
    printed: '["hunter2",true,"hunter2",true,"hunter2",true]\n',
  },
  {
    original: '@napi-rs/keyring',
    alias: '@keywire/keyring/napi',
    use: `const entry = new library.Entry('bundle', 'ada');
      entry.setPassword('hunter2');
      printed.push(await new library.AsyncEntry('bundle', 'ada').getPassword());
      printed.push(library.findCredentials('bundle')[0].account, entry.deleteCredential());`,
    printed: '["hunter2","ada",true,"hunter2","ada",true,"hunter2","ada",true]\n',
  },
  {
    // Reached by the alias of the package.
    original: '@napi-rs/keyring/keytar',
    alias: '@keywire/keyring/napi/keytar',
    use: `await library.setPassword('bundle', 'ada', 'hunter2');
      printed.push(await library.findPassword('bundle'));
      printed.push(await library.deletePassword('bundle', 'ada'));`,
    printed: '["hunter2",true,"hunter2",true,"hunter2",true]\n',
  },
];

/** As the guide has them. */
const ALIASES = {
  keytar: '@keywire/keyring/keytar',
  bun: '@keywire/keyring/bun',
  '@napi-rs/keyring': '@keywire/keyring/napi',
};

/** The three ways in which a library comes into a program; it ends by itself, nothing is closed. */
function sourceOf({ original, use }: Program): string {
  return `import * as star from '${original}';
    import byDefault from '${original}';
    const required = require('${original}');
    async function main() {
      const printed = [];
      for (const library of [star, byDefault, required]) {
        ${use}
      }
      console.log(JSON.stringify(printed));
    }
    main();`;
}

async function bundle(program: Program, format: Format, outfile: string): Promise<void> {
  await build({
    stdin: { contents: sourceOf(program), resolveDir: ROOT, loader: 'js' },
    outfile,
    format,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    alias: ALIASES,
    absWorkingDir: ROOT,
    logLevel: 'error',
  });
}

test('whoever uses no synchronous form bundles no worker', async () => {
  const bundled = async (name: string): Promise<string> => {
    const contents = `import { ${name} } from '@keywire/keyring/napi'; console.log(${name});`;
    const { outputFiles } = await build({
      ...{ stdin: { contents, resolveDir: ROOT }, write: false, bundle: true, format: 'esm' },
      ...{ platform: 'node', absWorkingDir: ROOT, logLevel: 'error' },
    });
    return outputFiles[0]?.text ?? '';
  };
  assert.match(await bundled('Entry'), /worker_threads/u);
  assert.doesNotMatch(await bundled('AsyncEntry'), /worker_threads/u);
});

interface Bench extends AsyncDisposable {
  readonly keyring: GnomeKeyring;
  readonly folder: string;
  runHere(command: string, args: readonly string[]): Promise<string>;
}

async function bootBench(): Promise<Bench> {
  const keyring = await bootGnomeKeyring({ state: 'unlocked' });
  const folder = mkdtempSync('/tmp/keywire-bundles-');
  return {
    keyring,
    folder,
    async runHere(command, args) {
      const options = { env: keyring.env, cwd: folder, timeoutMs: 120_000 };
      const { code, signal, stdout, stderr } = await run(command, args, options);
      assert.equal(code ?? signal, 0, stderr);
      return new TextDecoder().decode(stdout);
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true });
      await keyring[Symbol.asyncDispose]();
    },
  };
}

const missing =
  requires('dbus-daemon', 'gnome-keyring') ??
  RUNTIMES.map(requiresRuntime).find((reason) => reason !== undefined);

if (missing !== undefined) test.skip('bundled drop-ins', missing);
else {
  for (const program of PROGRAMS) {
    for (const format of ['cjs', 'esm'] as const) {
      test(`${program.original} by an alias, bundled as ${format}`, async () => {
        await using bench = await bootBench();
        const file = path.join(bench.folder, format === 'cjs' ? 'program.cjs' : 'program.mjs');
        await bundle(program, format, file);
        for (const name of RUNTIMES) {
          const { command, args } = runtime(name);
          assert.equal(await bench.runHere(command, [...args, file]), program.printed, name);
        }
      });
    }
  }

  test('required as they are, by Node', async () => {
    await using bench = await bootBench();
    const file = path.join(bench.folder, 'program.cjs');
    for (const { original, alias, use, printed } of PROGRAMS) {
      const from = JSON.stringify(path.join(ROOT, 'package.json'));
      writeFileSync(
        file,
        `const library = require('node:module').createRequire(${from})('${alias}');
        (async () => {
          const printed = [];
          for (let round = 0; round < 3; round += 1) { ${use} }
          console.log(JSON.stringify(printed));
        })();`,
      );
      for (const name of ['node', 'node-newest'] as const) {
        const { command, args } = runtime(name);
        assert.equal(await bench.runHere(command, [...args, file]), printed, original);
      }
    }
  });

  test('one executable file, synchronous form included: bun build --compile and Node’s', async () => {
    await using bench = await bootBench();
    const program = PROGRAMS.find(({ use }) => use.includes('new library.Entry'));
    assert.ok(program !== undefined);
    const file = path.join(bench.folder, 'program.cjs');
    await bundle(program, 'cjs', file);
    const executable = path.join(bench.folder, 'program');
    await bench.runHere(runtime('bun').command, [
      ...['build', '--compile', file, '--outfile', executable],
    ]);
    assert.equal(await bench.runHere(executable, []), program.printed);
    const config = path.join(bench.folder, 'sea.json');
    writeFileSync(config, JSON.stringify({ main: file, output: executable }));
    await bench.runHere(runtime('node-newest').command, ['--build-sea', config]);
    assert.equal(await bench.runHere(executable, []), program.printed);
  });
}
