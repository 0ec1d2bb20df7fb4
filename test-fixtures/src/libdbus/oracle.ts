/**
 * libdbus as a judge: the library that the reference bus is built on says whether it takes a
 * message, a name, a signature or a text. It runs in one Python process that is asked in batches.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { FixtureError } from '../errors.ts';
import { PYTHON } from '../requires.ts';

/** What libdbus can judge; the order is that of the Python side. */
const ORACLE_KINDS = [
  'message',
  'object-path',
  'interface-name',
  'member-name',
  'error-name',
  'bus-name',
  'utf8',
  'signature',
  'single-complete-type',
] as const;
export type OracleKind = (typeof ORACLE_KINDS)[number];

/** One question. Names, signatures and texts are C strings there: they must not contain a NUL. */
export interface OracleCase {
  readonly kind: OracleKind;
  readonly bytes: Uint8Array;
}

const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/libdbus-1.so.3`,
);

/** The reason why libdbus cannot be asked here, or undefined when it can. */
export function libdbusMissing(): string | undefined {
  if (existsSync(PYTHON) && LIBRARIES.some((file) => existsSync(file))) return undefined;
  const reason = 'not installed: libdbus (run test-fixtures/install-daemons as root)';
  if (process.env['KEYWIRE_REQUIRE_DAEMONS'] === '1')
    throw new FixtureError('not-installed', reason);
  return reason;
}

/** One Python process; dispose of it when done. */
export class LibdbusOracle implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #answers = '';
  #stderr = '';
  #wake: () => void = () => {};
  #hasEnded = false;

  constructor() {
    const script = fileURLToPath(new URL('../python/libdbus_oracle.py', import.meta.url));
    this.#child = spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => {}); // it may have ended: `judge` tells
    this.#child.stdout.on('data', (chunk: Uint8Array) => {
      for (const byte of chunk) this.#answers += String.fromCharCode(byte);
      this.#wake();
    });
    this.#child.stderr.on('data', (chunk: Uint8Array) => {
      this.#stderr += new TextDecoder().decode(chunk);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#hasEnded = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** Whether libdbus accepts each of the cases; one batch at a time. */
  async judge(cases: readonly OracleCase[]): Promise<boolean[]> {
    this.#answers = '';
    this.#child.stdin.write(encodeBatch(cases));
    while (this.#answers.length < cases.length) {
      if (this.#hasEnded) {
        throw new FixtureError('command-failed', 'libdbus oracle: it ended', this.#stderr);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return [...this.#answers].map((answer) => answer === '1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}

function encodeBatch(cases: readonly OracleCase[]): Uint8Array {
  const size = cases.reduce((sum, { bytes }) => sum + 5 + bytes.length, 4);
  const batch = new Uint8Array(size);
  const view = new DataView(batch.buffer);
  view.setUint32(0, cases.length, true);
  let at = 4;
  for (const { kind, bytes } of cases) {
    view.setUint32(at, bytes.length, true);
    view.setUint8(at + 4, ORACLE_KINDS.indexOf(kind));
    batch.set(bytes, at + 5);
    at += 5 + bytes.length;
  }
  return batch;
}
