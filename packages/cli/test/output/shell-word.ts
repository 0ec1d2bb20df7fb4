import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { shellPath } from '../../src/output/shell-word.ts';

test('shellPath: a path that needs no quotes has none', () => {
  for (const path of ['/a/b.keyring', 'x', './y-z', '/tmp/é', 'a=b']) {
    assert.equal(shellPath(path), path.includes('é') ? `'${path}'` : path);
  }
});

test('shellPath: bash reads back the same path, and no option', () => {
  const paths = ['a b', "it's", '$HOME', '`x`', '*', '~x', '#', '', 'a\nb', "\u001b[31m\\'", 'ü"'];
  for (const path of paths) {
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellPath(path)}`]);
    assert.equal(stdout.toString(), path);
  }
  assert.equal(shellPath('-rf'), './-rf');
  assert.equal(shellPath('-r f'), "'./-r f'");
});
