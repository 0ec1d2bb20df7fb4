import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { exposingOptions, exposureWarning } from '../../src/commands/node-exposure.ts';

test('exposingOptions: inspectors and heap snapshots, in both spellings, once each', () => {
  assert.deepEqual(
    exposingOptions([
      '--max-old-space-size=100',
      '--inspect',
      '--inspect-brk=9229',
      '--inspect_brk',
      '--heapsnapshot-signal=SIGUSR2',
      '--heapsnapshot-near-heap-limit=1',
      '--enable-source-maps',
      '',
    ]),
    ['--inspect', '--inspect-brk', '--heapsnapshot-signal', '--heapsnapshot-near-heap-limit'],
  );
});

test('exposureWarning: one line, only where there is something to say', () => {
  assert.equal(exposureWarning(['--expose-gc']), undefined);
  assert.match(
    exposureWarning(['--inspect=1']) ?? '',
    /^keywire: warning: [^\n]*--inspect,[^\n]*\n$/u,
  );
});
