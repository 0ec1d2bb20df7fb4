/**
 * One `test()` for every runtime. Under tap (Node) each call becomes a tap test; elsewhere (Bun,
 * Deno, plain node) a tiny sequential runner prints one line a test and a closing count.
 * Bodies use node:assert only, so that the same file runs everywhere.
 */
import process from 'node:process';

export type TestBody = () => void | Promise<void>;

export interface TestFunction {
  /** Registers a test; a rejected or throwing body fails it. */
  (name: string, body: TestBody): void;
  /** Registers a test that does not run here, and prints why. */
  skip(name: string, reason: string): void;
}

interface Backend {
  add(name: string, body: TestBody): void;
  skip(name: string, reason: string): void;
}

const backend: Backend =
  process.env['TAP'] === '1' && !('Bun' in globalThis) && !('Deno' in globalThis)
    ? await tapBackend()
    : plainBackend();

export const test: TestFunction = Object.assign(
  (name: string, body: TestBody): void => backend.add(name, body),
  { skip: (name: string, reason: string): void => backend.skip(name, reason) },
);

async function tapBackend(): Promise<Backend> {
  const { t: tap } = await import('tap');
  return {
    add(name, body): void {
      void tap.test(name, async (t) => {
        await body();
        t.pass(name);
      });
    },
    skip(name, reason): void {
      void tap.test(name, { skip: reason }, () => {});
    },
  };
}

function plainBackend(): Backend {
  const counts = { registered: 0, passed: 0, failed: 0, skipped: 0 };
  let queue = Promise.resolve();
  // A body that never settles lets the event loop run dry: what is missing then counts as failed.
  process.on('exit', () => {
    const unfinished = counts.registered - counts.passed - counts.failed;
    const failed = counts.failed + unfinished;
    if (unfinished > 0) console.log(`not ok - ${unfinished} test(s) never finished`);
    console.log(`# ${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
    if (failed > 0) process.exitCode = 1;
  });
  return {
    add(name, body): void {
      counts.registered += 1;
      queue = queue.then(async () => {
        try {
          await body();
          counts.passed += 1;
          console.log(`ok - ${name}`);
        } catch (error) {
          counts.failed += 1;
          console.log(`not ok - ${name}\n${describe(error)}`);
        }
      });
    },
    skip(name, reason): void {
      counts.skipped += 1;
      console.log(`ok - ${name} # SKIP ${reason}`);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
