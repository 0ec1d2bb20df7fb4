import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

test('link: a folder and a known name', async () => {
  const host = new FakeHost();
  const { code, stdout } = await runWords(['link', '/bin', 'secret-tool'], host);
  assert.deepEqual(
    [code, stdout, host.log],
    [0, '/bin/secret-tool\n', ['makeLink /bin secret-tool']],
  );
  const json = await runWords(['link', '--json', '/bin', 'secret-tool'], host);
  assert.deepEqual(JSON.parse(json.stdout), { path: '/bin/secret-tool' });
  const nowhere = await runWords(['link', '', 'secret-tool'], new FakeHost());
  assert.deepEqual([nowhere.code, nowhere.stderr], [2, 'keywire: link: DIR is empty\n']);
  for (const words of [['link'], ['link', '/bin'], ['link', '/bin', 'ls']]) {
    const { code: wrong, stderr } = await runWords(words, new FakeHost());
    assert.equal(wrong, 2);
    assert.match(stderr, /keywire link \[OPTION …\] DIR keyring\|secret-tool\|/u);
  }
});
