/**
 * Runs the test files, which are runtime-neutral, on the newest Node, Bun and Deno. Prints one line a
 * runtime, whatever failed, and a closing count. Arguments choose runtimes or parts of file names:
 * test-runtimes.ts [bun|deno|node-newest|PART]…
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type RuntimeName, requiresRuntime, run, runtime } from '../test-fixtures/src/index.ts';

const RUNTIMES: readonly RuntimeName[] = ['node-newest', 'bun', 'deno'];
const CONCURRENCY = 2;
const FILE_TIMEOUT_MS = 120_000;
/** Drives Node's own terminals and descriptors; the bundle as a whole runs on every runtime below. */
const NODE_ONLY = 'packages/cli/test/io/';
/** Real daemons, on every runtime. */
const ALSO: readonly string[] = [
  'packages/dbus-wire/test-integration/attacks.ts',
  'packages/dbus-wire/test-integration/authentication.ts',
  'packages/dbus-wire/test-integration/unread-answers.ts',
];
const root = fileURLToPath(new URL('..', import.meta.url));

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const wanted = process.argv.slice(2);
const names = RUNTIMES.filter(
  (name) => wanted.includes(name) || !RUNTIMES.some((each) => wanted.includes(each)),
);
const parts = wanted.filter((argument) => !RUNTIMES.some((name) => name === argument));
const files = [...testFiles(), ...ALSO].filter((file) =>
  parts.every((part) => file.includes(part)),
);
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

for (const name of names) {
  const missing = requiresRuntime(name);
  if (missing !== undefined) {
    console.log(`${name}: skipped, ${missing}`);
    continue;
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...files];
  await Promise.all(Array.from({ length: CONCURRENCY }, () => work(name, queue, counts)));
  console.log(
    `${name}: ${files.length} files, ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
  );
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
}
console.log(`not run here: ${NODE_ONLY} (Node's own terminals)`);
console.log(`# ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function work(name: RuntimeName, queue: string[], counts: Counts): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const { command, sourceArgs } = runtime(name);
    const result = await run(command, [...sourceArgs, path.join(root, file)], {
      env: withoutTap(),
      timeoutMs: FILE_TIMEOUT_MS,
    });
    const output = new TextDecoder().decode(result.stdout);
    const closing = /^# (\d+) passed, (\d+) failed, (\d+) skipped$/mu.exec(output);
    counts.passed += Number(closing?.[1] ?? 0);
    counts.skipped += Number(closing?.[3] ?? 0);
    const failed = Number(closing?.[2] ?? 0);
    // A file that ends without its count, or badly with none failed, has failed as a whole.
    const hasDied = closing === null || (failed === 0 && result.code !== 0);
    counts.failed += hasDied ? 1 : failed;
    // The summary of a run shows what follows a line like this one.
    if (hasDied) console.log(`not ok - ${name} ${file}: ended with ${result.code}, uncounted`);
    if (failed > 0 || hasDied) console.log(`${name} ${file}\n${output}${result.stderr}`);
  }
}

/** The environment without what makes the harness believe that tap is listening. */
function withoutTap(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name === 'TAP' || value === undefined ? [] : [[name, value]],
    ),
  );
}

function testFiles(): string[] {
  return readdirSync(path.join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/test\/.*\.ts$/u.test(file))
    .filter((file) => !/\/(?:types|support)\//u.test(file))
    .map((file) => path.join('packages', file))
    .filter((file) => !file.startsWith(NODE_ONLY))
    .sort();
}
