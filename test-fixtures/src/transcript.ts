/**
 * Calls of other projects' keyring libraries, made in a child process of their own (an addon can
 * take the process with it): each call's outcome, in order. The same calls on a drop-in of ours
 * must give the same transcript.
 */
import { fileURLToPath } from 'node:url';
import { FixtureError } from './errors.ts';
import { type RunOptions, run } from './run.ts';
import { type Runtime, runtime } from './runtimes.ts';

/** What an argument may be that JSON has no word for. */
export type TranscriptValue =
  | { readonly $undefined: true }
  | { readonly $bytes: string }
  | { readonly $aborted: true }
  | string
  | number
  | boolean
  | null
  | readonly TranscriptValue[]
  | { readonly [name: string]: TranscriptValue };

export interface TranscriptStep {
  /** Makes an object of this class first, by `new` or by a static method; `call` is its method. */
  readonly create?: {
    readonly class: string;
    readonly via?: string;
    readonly args: readonly TranscriptValue[];
  };
  /** A path of names: `['secrets', 'get']`. */
  readonly call: readonly string[];
  readonly args: readonly TranscriptValue[];
}

export type TranscriptOutcome =
  | { readonly isPromise: boolean; readonly value: TranscriptValue }
  | {
      /** Whether the call itself threw, rather than its promise rejecting. */
      readonly isThrown: boolean;
      readonly error: { readonly name: string; readonly message: string; readonly code?: string };
    };

export interface TranscriptOptions extends Pick<RunOptions, 'timeoutMs'> {
  /** Default: Node; for the module `Bun` it is Bun. */
  readonly on?: Runtime;
}

/**
 * @param module - `keytar`, `@napi-rs/keyring`, `Bun`, or a file of ours
 * @throws {@link FixtureError} with the child's signal or exit code when it did not get to the end
 */
export async function transcript(
  env: Readonly<Record<string, string>>,
  module: string,
  steps: readonly TranscriptStep[],
  options: TranscriptOptions = {},
): Promise<TranscriptOutcome[]> {
  const on = options.on ?? runtime(module === 'Bun' ? 'bun' : 'node');
  const args = module.endsWith('.ts') ? on.sourceArgs : on.args;
  const { code, signal, stdout, stderr } = await run(on.command, [...args, DRIVER], {
    env,
    input: JSON.stringify({ module, steps }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  if (code === 0) return JSON.parse(new TextDecoder().decode(stdout));
  throw new FixtureError('command-failed', `${module}: ended with ${code ?? signal}`, stderr);
}

const DRIVER: string = fileURLToPath(new URL('../peers/transcript.mjs', import.meta.url));
