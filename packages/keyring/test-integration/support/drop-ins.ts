/** The same calls on a library and on its drop-in, and what of their outcomes must be the same. */
import { fileURLToPath } from 'node:url';
import type {
  TranscriptOutcome,
  TranscriptStep,
  TranscriptValue,
} from '../../../../test-fixtures/src/index.ts';

/** A drop-in's source file. */
export function dropInFile(name: 'keytar' | 'bun' | 'napi'): string {
  return fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
}

/** A call of a function: `call('secrets.get', …)`. */
export function call(path: string, ...args: readonly TranscriptValue[]): TranscriptStep {
  return { call: path.split('.'), args };
}

/** A call of a method of an object made for it. */
export function callOf(
  create: NonNullable<TranscriptStep['create']>,
  method: string,
  ...args: readonly TranscriptValue[]
): TranscriptStep {
  return { create, call: [method], args };
}

/**
 * What programs can see of an outcome: lists in an order of their own, nothing and null of a call
 * that stores, errors by name and code.
 */
export function essence(outcome: TranscriptOutcome | undefined): unknown {
  if (outcome === undefined) return 'no outcome';
  if ('error' in outcome) {
    const { name, code } = outcome.error;
    return { isThrown: outcome.isThrown, name, code };
  }
  const { isPromise, value } = outcome;
  if (Array.isArray(value))
    return { isPromise, value: value.map((each) => JSON.stringify(each)).sort() };
  const isNothing = typeof value === 'object' && value !== null && '$undefined' in value;
  return { isPromise, value: isNothing ? null : value };
}

/** The value of an outcome, or the error's code where there is one. */
export function valueOrCode(outcome: TranscriptOutcome | undefined): unknown {
  if (outcome === undefined) return 'no outcome';
  return 'error' in outcome ? outcome.error.code : outcome.value;
}
