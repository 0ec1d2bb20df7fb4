import assert from 'node:assert/strict';
import { KeyringError } from '@keywire/keyring';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError, usageError } from '../../src/output/cli-error.ts';
import { describeFailure } from '../../src/output/describe-failure.ts';

test('describeFailure: our own errors carry their code, others are looked up', async () => {
  assert.deepEqual(await describeFailure(usageError('wrong')), {
    code: 2,
    message: 'wrong',
    advice: '',
  });
  assert.equal((await describeFailure(new RangeError('x'))).code, 7);
});

test('describeFailure: what our own question threw is told, whoever asked it for us', async () => {
  const cause = new CliError('not-asked', 'nothing was typed');
  const wrapped = new KeyringError('backend-failed', 'backend file: the backend failed', { cause });
  assert.deepEqual(await describeFailure(wrapped), {
    code: 4,
    message: 'nothing was typed',
    advice: '',
  });
});
