import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

test('man: the page, with the version', async () => {
  const { code, stdout } = await runWords(['man'], new FakeHost());
  assert.equal(code, 0);
  assert.match(stdout, /^\.TH KEYWIRE 1 [0-9-]{10} "keywire 9\.8\.7"/u);
});
