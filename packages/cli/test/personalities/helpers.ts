import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { runProgram } from '../../src/programs.ts';
import { FakeHost, type FakeHostParts } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

async function call(
  name: string,
  argv: readonly string[],
  parts: FakeHostParts = {},
): Promise<readonly [code: number, stdout: string, stderr: string]> {
  const { code, output } = await runProgram(name, argv, new FakeHost(parts));
  const text = (wanted: string): string =>
    output
      .filter(({ stream }) => stream === wanted)
      .map(({ bytes }) => new TextDecoder().decode(bytes))
      .join('');
  return [code, text('stdout'), text('stderr')];
}

const DOCKER = 'docker-credential-keywire';
const USAGE = `Usage: ${DOCKER} <store|get|erase|list|version>\n`;

test(`${DOCKER}: exactly one word, all of it on stdout`, async () => {
  assert.deepEqual(await call(DOCKER, []), [1, USAGE, '']);
  assert.deepEqual(await call(DOCKER, ['get', 'x']), [1, USAGE, '']);
  for (const word of ['-h', '--help']) assert.deepEqual(await call(DOCKER, [word]), [0, USAGE, '']);
  for (const word of ['-v', '--version', 'version']) {
    assert.deepEqual(await call(DOCKER, [word]), [0, `${DOCKER} (keywire) 9.8.7\n`, '']);
  }
  assert.deepEqual(await call(DOCKER, ['pull']), [1, `${DOCKER}: unknown action: pull\n`, '']);
});

test(`${DOCKER}: opens the keyring and closes it`, async () => {
  const keyring = new MemoryKeyring();
  const parts = { keyring, stdin: 'r' };
  const wanted = [1, 'credentials not found in native keychain\n', ''];
  assert.deepEqual(await call(DOCKER, ['get'], parts), wanted);
  assert.equal(keyring.closed, 1);
  const unavailable = { stdin: 'r', openFailure: new TypeError('no bus') };
  const [code, stdout, stderr] = await call(DOCKER, ['get'], unavailable);
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /no bus\n$/u);
});

test('git-credential-keywire: the arguments of its configuration, then the operation', async () => {
  const keyring = new MemoryKeyring();
  const parts = { keyring, stdin: 'protocol=https\nhost=h\n' };
  const argv = ['--collection=session', 'get'];
  assert.deepEqual(await call('git-credential-keywire', argv, parts), [0, '', '']);
  assert.deepEqual(keyring.calls, ['search unlock=true limit=undefined in session']);
  const [code] = await call('git-credential-keywire', []);
  assert.equal(code, 2);
});
