import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { usageError } from '../../src/output/cli-error.ts';
import { describeFailure } from '../../src/output/describe-failure.ts';

test('describeFailure: our own errors carry their code, others are looked up', async () => {
  assert.deepEqual(await describeFailure(usageError('wrong')), {
    code: 2,
    message: 'wrong',
    advice: '',
  });
  assert.equal((await describeFailure(new RangeError('x'))).code, 7);
});
