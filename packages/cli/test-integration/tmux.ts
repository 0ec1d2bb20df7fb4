/** In a terminal as people have one: tmux, a login shell in it, keys pressed, the screen looked at. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../../../test-fixtures/src/index.ts';
import { BUNDLE, keywire } from './support/keywire.ts';

const missing = requires('tmux', 'dbus-daemon', 'gnome-keyring');

interface Tmux extends AsyncDisposable {
  /** Types a line and presses Enter. */
  readonly type: (line: string) => Promise<void>;
  readonly press: (...keys: string[]) => Promise<void>;
  /** Types a line, and resolves when the shell has run it. */
  readonly finish: (line: string) => Promise<void>;
  readonly screen: () => Promise<string>;
  /** Resolves to the screen once this is on it; it is looked at whenever something was written. */
  readonly untilShown: (text: string) => Promise<string>;
}

async function startTmux(env: Readonly<Record<string, string>>): Promise<Tmux> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kw-tmux-'));
  const socket = path.join(folder, 'tmux');
  let count = 0;
  const tmux = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(
      '/usr/bin/tmux',
      ['-S', socket, '-f', '/dev/null', ...words],
      {
        env: { ...env, LC_ALL: 'C.UTF-8', TERM: 'screen-256color' },
      },
    );
    assert.equal(code, 0, stderr);
    return new TextDecoder().decode(stdout);
  };
  await tmux('new-session', '-d', '-s', 'k', '-x', '100', '-y', '40', 'bash --norc --noprofile -i');
  // A client in control mode is told of all that is written.
  const watcher = spawn('/usr/bin/tmux', ['-S', socket, '-C', 'attach', '-t', 'k'], { env });
  const changes = createInterface(watcher.stdout)[Symbol.asyncIterator]();
  const type = async (line: string): Promise<void> => {
    await tmux('send-keys', '-t', 'k', '-l', line);
    await tmux('send-keys', '-t', 'k', 'Enter');
  };
  return {
    type,
    press: async (...keys) => void (await tmux('send-keys', '-t', 'k', ...keys)),
    async finish(line) {
      count += 1;
      await type(`${line}; tmux -S ${socket} wait-for -S done-${count}`);
      await tmux('wait-for', `done-${count}`);
    },
    screen: () => tmux('capture-pane', '-p', '-t', 'k'),
    async untilShown(text) {
      for (;;) {
        const screen = await tmux('capture-pane', '-p', '-t', 'k');
        if (screen.includes(text)) return screen;
        const { done } = await changes.next();
        assert.ok(done !== true, `expected ${text} on the screen, got ${screen}`);
      }
    },
    async [Symbol.asyncDispose]() {
      await tmux('kill-server');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

if (missing === undefined) {
  test('tmux: a hidden question, Ctrl-C at it, and the terminal is as it was', async () => {
    await using keyring = await bootGnomeKeyring();
    const env = { ...keyring.env, PS1: '$ ', NO_COLOR: '1' };
    await using tmux = await startTmux(env);
    await tmux.finish(`k() { '${process.execPath}' '${BUNDLE}' "$@"; }; clear`);
    await tmux.finish('stty -a > "$HOME/before"');
    await tmux.type('k store --label=Demo app demo; echo "code $?"');
    await tmux.untilShown('Secret for Demo:');
    await tmux.press('h', 'a', 'l', 'f', 'C-c');
    const interrupted = await tmux.untilShown('code 130');
    assert.ok(!interrupted.includes('half'));
    await tmux.finish('stty -a | diff "$HOME/before" - && echo same-as-before');
    assert.match(await tmux.screen(), /^same-as-before$/mu);
    assert.equal((await keywire(keyring.env, ['lookup', 'app', 'demo'])).code, 1);

    await tmux.finish('clear');
    await tmux.type('k store --label=Demo app demo; echo "code $?"');
    await tmux.untilShown('Secret for Demo:');
    await tmux.press('s', '3', 'x', 'BSpace', 'c', 'r', 'e', 't', 'Enter');
    await tmux.untilShown('code 0');
    assert.ok(!(await tmux.screen()).includes('s3'));
    assert.equal((await keywire(keyring.env, ['lookup', 'app', 'demo'])).stdout, 's3cret');
  });

  test('tmux: doctor, help and a pager that is left early', async () => {
    await using keyring = await bootGnomeKeyring();
    await using tmux = await startTmux({ ...keyring.env, PS1: '$ ' });
    await tmux.finish(`k() { '${process.execPath}' '${BUNDLE}' "$@"; }; clear`);
    await tmux.finish('k doctor; echo "code $?"');
    const screen = await tmux.screen();
    assert.match(screen, /^Keyring +GNOME Keyring/mu);
    assert.match(screen, /^A store would succeed\.$/mu);
    assert.match(screen, /^code 0$/mu);
    await tmux.finish(`clear; k --help | head -1; echo "codes \${PIPESTATUS[*]}"`);
    assert.match(await tmux.screen(), /^codes 0 0$/mu);
    await tmux.finish('clear; k frobnicate; k del onlyone');
    const wrong = await tmux.screen();
    assert.match(wrong, /^keywire: unknown command "frobnicate"/mu);
    assert.match(wrong.replace(/\n/gu, ''), /; to [^;]*: keywire del /u);
  });
} else {
  test.skip('tmux: a hidden question', missing);
}
