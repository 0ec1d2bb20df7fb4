/** What a person sees: prompts on a terminal of its own, Ctrl-C, pipes that are closed early. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import { onTerminal, runChild, shellLine } from '../test/support/child.ts';
import { BUNDLE, keywire } from './support/keywire.ts';

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');
const KEYWIRE = shellLine([process.execPath, BUNDLE]);
const MODES = 'echo $(stty -a | grep -o -e "-*echo " -e "-*icanon" -e "-*isig")';

function testWithKeyring(
  name: string,
  body: (env: Readonly<Record<string, string>>) => Promise<void>,
): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using keyring = await bootGnomeKeyring();
    await body(keyring.env);
  });
}

testWithKeyring('store asks for the secret without showing it', async (env) => {
  const line = `${KEYWIRE} store --label='My label' app demo; echo "code $?"`;
  const { screen } = await onTerminal(line, [['Secret for My label: ', 's3crét\r']], env);
  assert.match(screen, /^Secret for My label: \r\ncode 0\r\n$/u);
  assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, 's3crét');
});

testWithKeyring('store --ask asks on the terminal while stdin is a pipe', async (env) => {
  const line = `echo piped | ${KEYWIRE} store --ask --label=L app demo; echo "code $?"`;
  const { screen } = await onTerminal(line, [['Secret for L: ', 'typed\r']], env);
  assert.match(screen, /code 0/u);
  assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, 'typed');
});

testWithKeyring('Ctrl-C and Ctrl-D store nothing and leave the terminal as it was', async (env) => {
  for (const [key, code, told] of [
    ['half\u0003', 130, ''],
    ['\u0004', 4, 'keywire: nothing was typed, nothing is done'],
  ] as const) {
    const line = `${MODES}; ${KEYWIRE} store --label=L app demo; echo "code $?"; ${MODES}`;
    const plain = { ...env, NO_COLOR: '1' };
    const { screen } = await onTerminal(line, [['Secret for L: ', key]], plain);
    const [before, question, ...rest] = screen.trimEnd().split('\r\n');
    assert.equal(question, 'Secret for L: ');
    const expected = told === '' ? [`code ${code}`, before] : [told, `code ${code}`, before];
    assert.deepEqual(rest, expected);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).code, 1);
  }
});

testWithKeyring('lookup ends its line on a terminal, and only there', async (env) => {
  await keywire(env, ['store', '--label=L', 'app', 'demo'], { input: 's3cret' });
  const { screen } = await onTerminal(`${KEYWIRE} lookup app demo`, [], env);
  assert.equal(screen, 's3cret\r\n');
  assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, 's3cret');
});

testWithKeyring('a reader that closes the pipe early hears nothing of it', async (env) => {
  const secret = 'line\n'.repeat(200_000);
  await keywire(env, ['store', '--label=L', 'app', 'demo'], { input: secret });
  for (const command of ['lookup', 'search', 'search --json', 'lookup --base64']) {
    const closed = await runChild(
      ['bash', '-c', `{ ${KEYWIRE} ${command} app demo; echo "code $?" >&2; } | head -c 1`],
      { env: { ...env } },
    );
    assert.equal(closed.stdout.length, 1);
    assert.match(closed.stderr, /^(?:attribute\.app = demo\n)?code 0\n$/u);
  }
});

testWithKeyring('a hundred items are listed without a warning', async (env) => {
  const script = [
    'for n in $(seq 100); do',
    'printf %s x | secret-tool store --label="Item $n" app many number $n; done',
  ].join(' ');
  await runChild(['bash', '-c', script], { env: { ...env } });
  for (const args of [['list'], ['search', '--all', 'app', 'many']]) {
    const { code, stdout, stderr } = await keywire(env, args);
    assert.equal(code, 0);
    assert.equal(stdout.match(/Item \d+$/gmu)?.length, 100);
    assert.doesNotMatch(stderr, /Warning/u);
  }
});

if (missing === undefined) {
  test('a long wait is explained, and Ctrl-C ends it', async () => {
    await using keyring = await bootGnomeKeyring({
      state: 'locked',
      prompter: 'never',
      seed: [{ label: 'L', attributes: { app: 'demo' }, secret: 'hunter2' }],
    });
    const line = `exec ${KEYWIRE} lookup app demo`;
    const env = { ...keyring.env, DISPLAY: ':77' };
    const { code, screen } = await onTerminal(line, [['Ctrl-C gives up', '\u0003']], env);
    assert.match(screen, /^keywire: waiting for the keyring, which may be showing a prompt/u);
    assert.equal(code, 130);
  });
}
