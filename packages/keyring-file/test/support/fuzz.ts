/** Damages valid bytes in every way a parser must survive with a typed error. */
import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { isKeyringFileError } from '../../src/errors.ts';

export const RUNS: number = process.env['SLOW'] === '1' ? 20_000 : 200;

/** Asserts that `parse` takes or refuses any damage to `valid`, and random bytes, with our error. */
export function surviveDamage(valid: Uint8Array, parse: (bytes: Uint8Array) => unknown): void {
  const attempt = (bytes: Uint8Array): void => {
    try {
      parse(bytes);
    } catch (error) {
      assert.ok(isKeyringFileError(error), String(error));
    }
  };
  for (let length = 0; length < valid.length; length += 1) attempt(valid.slice(0, length));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
      attempt(tail);
      attempt(Uint8Array.from([...valid.subarray(0, 20), ...tail]));
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      (changes) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        attempt(bytes);
      },
    ),
    { numRuns: RUNS },
  );
}
