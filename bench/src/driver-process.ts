/** A running driver (C, Python or JavaScript): one request, one answer, a line each. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Nanoseconds for all the iterations of one request. */
export interface Elapsed {
  readonly wallNs: number;
  readonly cpuNs: number;
}

/**
 * The allocator keeps the pages that were freed, for every driver alike. Else what a message of a
 * megabyte costs is mostly the kernel's work of giving out new pages, or not, by chance.
 */
const KEPT_PAGES = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 31),
};

export class DriverProcess {
  readonly name: string;
  version = '';
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(name: string, command: readonly string[]) {
    const [program = '', ...args] = command;
    this.name = name;
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...KEPT_PAGES },
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a driver; throws with what it said when it cannot serve. */
  static async start(name: string, command: readonly string[]): Promise<DriverProcess> {
    const driver = new DriverProcess(name, command);
    const failed = once(driver.#child, 'error').then(([fault]) => Promise.reject(fault));
    const said = await Promise.race([driver.#nextLine(), failed]);
    if (!said.startsWith('ready')) throw new Error(said.replace(/^skip /u, ''));
    driver.version = said.slice('ready '.length);
    return driver;
  }

  /** Sends a request and gives the answer; throws when the driver answers that it cannot. */
  async ask(request: string): Promise<string> {
    this.#child.stdin.write(`${request}\n`);
    const said = await this.#nextLine();
    if (said.startsWith('skip')) throw new Error(`${this.name}: ${said.slice('skip '.length)}`);
    return said;
  }

  /** Sends a request that is answered with two times. */
  async time(request: string): Promise<Elapsed> {
    const [wallNs = Number.NaN, cpuNs = Number.NaN] = (await this.ask(request))
      .split(' ')
      .map(Number);
    return { wallNs, cpuNs };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }

  async #nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    return done === true ? `skip ${this.name} ended` : value;
  }
}
