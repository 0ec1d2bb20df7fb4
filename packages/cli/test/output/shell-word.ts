import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { shellPath } from '../../src/output/shell-word.ts';

test('shellPath: a path that needs no quotes has none', () => {
  for (const path of ['/a/b.keyring', 'x', './y-z', '/tmp/é', 'a=b']) {
    assert.equal(shellPath(path), path.includes('é') ? `'${path}'` : path);
  }
});

test('shellPath: bash reads back the same path, and no option', () => {
  const paths = ['a b', "it's", '$HOME', '`x`', '*', '~x', '#', '', 'a\nb', "\u001b[31m\\'", 'ü"'];
  paths.push('\u009b31m', '\u202egnp', '\u0085\n7');
  for (const LC_ALL of ['C', 'C.UTF-8']) {
    const command = `printf '%s\\0' ${paths.map(shellPath).join(' ')}`;
    const env = { ...process.env, LC_ALL };
    const { stdout } = spawnSync('bash', ['-c', command], { env });
    assert.deepEqual(stdout.toString().split('\0').slice(0, -1), paths);
  }
  assert.equal(shellPath('\u001b'), String.raw`$'\033'`);
  assert.equal(shellPath('-rf'), './-rf');
  assert.equal(shellPath('-r f'), "'./-r f'");
});
