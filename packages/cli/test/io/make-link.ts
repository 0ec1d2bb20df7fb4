import assert from 'node:assert/strict';
import { mkdtemp, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { makeLink } from '../../src/io/make-link.ts';

test('makeLink: to the program itself, and never over what is there', async () => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'kw-link-')));
  const at = (name: string): string => path.join(folder, name);
  try {
    await writeFile(at('program'), '');
    await symlink(at('program'), at('started-by'));
    assert.equal(await makeLink(at('started-by'), folder, 'secret-tool'), at('secret-tool'));
    assert.equal(await readlink(at('secret-tool')), at('program'));
    assert.equal(await makeLink(at('program'), folder, 'secret-tool'), at('secret-tool'));
    await symlink('/elsewhere', at('other'));
    await writeFile(at('file'), 'kept');
    for (const name of ['other', 'file']) {
      await assert.rejects(makeLink(at('program'), folder, name), {
        code: 'output-unwritable',
        message: /is left as it is/u,
      });
    }
    await assert.rejects(makeLink(at('program'), at('none'), 'x'), { message: /got ENOENT/u });
  } finally {
    await rm(folder, { recursive: true });
  }
});
