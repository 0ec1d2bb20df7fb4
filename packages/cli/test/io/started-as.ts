import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { startedAs } from '../../src/io/started-as.ts';

const SCRIPT = '/opt/keywire.cjs';
const EXECUTABLE = '/opt/keywire';

test('startedAs: a script, by its runtime', () => {
  const argv = ['/usr/bin/node', SCRIPT, 'lookup'];
  const process = { argv, argv0: 'node', execPath: '/usr/bin/node' };
  const own = { calledAs: SCRIPT, file: SCRIPT };
  assert.deepEqual(startedAs(process, false), { ...own, command: argv.slice(0, 2) });
  const command = ['/usr/bin/node', 'run', '--allow-all', SCRIPT];
  assert.deepEqual(startedAs(process, true), { ...own, command });
});

for (const calledAs of ['keywire', './keywire', '/home/me/bin/secret-tool']) {
  test(`startedAs: one executable file, called as ${calledAs}`, () => {
    for (const argv of [
      [EXECUTABLE, calledAs, 'lookup'],
      ['bun', '/$bunfs/root/keywire', 'lookup'],
    ]) {
      assert.deepEqual(
        startedAs({ argv, argv0: calledAs, execPath: EXECUTABLE }, false),
        { calledAs, file: EXECUTABLE, command: [EXECUTABLE] },
        argv[0],
      );
    }
  });
}

test('startedAs: this very process', () => {
  assert.deepEqual(startedAs().calledAs, process.argv[1]);
});
