import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../src/harness.ts';
import { missingHere, requires } from '../src/requires.ts';

const VARIABLE = 'KEYWIRE_REQUIRE_DAEMONS';

function withRequired<T>(value: string | undefined, body: () => T): T {
  const before = process.env[VARIABLE];
  setVariable(value);
  try {
    return body();
  } finally {
    setVariable(before);
  }
}

function setVariable(value: string | undefined): void {
  if (value === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = value;
}

test('nothing required is always here', () => {
  assert.equal(requires(), undefined);
  assert.equal(
    withRequired('1', () => missingHere([], 'install-daemons')),
    undefined,
  );
});

test('what is missing is a reason to skip, and names the installer', () => {
  const reason = withRequired(undefined, () => missingHere(['one', 'two'], 'install-daemons'));
  assert.equal(reason, 'not installed: one, two (run test-fixtures/install-daemons)');
});

test('where everything is required, what is missing is an error', () => {
  assert.throws(() => withRequired('1', () => missingHere(['one'], 'install-daemons')), {
    name: 'FixtureError',
    code: 'not-installed',
  });
});
