/**
 * The completion scripts in the shells themselves, typed on a terminal of their own: what is typed is
 * followed by a tab, and the line that the shell makes of it is run by the answer that it prints.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { type Requirement, requires, run } from '../../../test-fixtures/src/index.ts';
import { onTerminal } from '../test/support/child.ts';
import { BUNDLE, keywire } from './support/keywire.ts';

/** What is typed before the tab, and what the shell makes of it. */
const COMPLETED: readonly (readonly [typed: string, line: string])[] = [
  ['keywire loo', 'keywire lookup'],
  ['keywire --vers', 'keywire --version'],
  ['keywire store --lab', 'keywire store --label='],
  ['keywire lookup --base', 'keywire lookup --base64'],
  ['keywire collection crea', 'keywire collection create'],
  ['keywire item attributes --uns', 'keywire item attributes --unset='],
  ['keywire completion fi', 'keywire completion fish'],
  ['keywire lookup --timeout 5 --no-p', 'keywire lookup --timeout 5 --no-prompt'],
  ['keywire export --format=har', 'keywire export --format=hardened'],
  ['keywire export my-ke', 'keywire export my-keyring-file'],
  ['keywire store --file=my-ke', 'keywire store --file=my-keyring-file'],
  ['keywire link my-fo', 'keywire link my-folder/'],
  ['keywire run -- my-prog', 'keywire run -- my-program'],
];

/** What only a shell that types the line itself shows. */
const QUOTED: typeof COMPLETED = [
  ['keywire export two', 'keywire export two words*'],
  ['keywire store --file=two', 'keywire store --file=two words*'],
];

const BACKSPACE = '\b';

function dropLast(part: string, index: number, parts: readonly string[]): string {
  return index === parts.length - 1 ? part : part.slice(0, -1);
}

interface Shell {
  readonly name: 'bash' | 'zsh' | 'fish';
  /** Starts it without anyone's settings; the script lies in `completion`, which it loads. */
  readonly start: string;
  readonly setUp: string;
}

const SHELLS: readonly Shell[] = [
  { name: 'bash', start: 'bash --norc --noprofile -i', setUp: '. ./completion' },
  {
    name: 'zsh',
    start: 'zsh -f -i',
    setUp: 'autoload -U compinit && compinit -u -D && . ./completion',
  },
];

for (const { name, start, setUp } of SHELLS) {
  withShell(name, async (folder) => {
    // The shell is told to print each line instead of running it.
    const print = 'keywire() { echo "[made: keywire $*]"; }';
    const all = [...COMPLETED, ...QUOTED];
    const dialogue = all.map(
      ([typed], index) =>
        [index === 0 ? '[ready]' : '[made: ', `${typed}\t\r`] as readonly [string, string],
    );
    const { screen } = await onTerminal(
      `cd '${folder}' && exec ${start}`,
      [['', `${setUp}; ${print}; echo '[rea''dy]'\r`], ...dialogue, ['[made: ', 'exit\r']],
      { PATH: `${folder}/bin:/usr/bin:/bin`, TERM: 'dumb', PS1: '$ ' },
    );
    const made = [...screen.matchAll(/^\[made: (keywire[^\]\r]*)\]/gmu)].map(([, line]) => line);
    // zsh takes back an "=" or "/" that nothing follows.
    const tidy = (line = ''): string => line.trimEnd().replace(name === 'zsh' ? /[=/]$/u : '', '');
    assert.deepEqual(
      made.map(tidy),
      all.map(([, line]) => tidy(line)),
      screen,
    );
  });
}

withShell('fish', async (folder) => {
  for (const [typed, line] of COMPLETED) {
    const script = `source ./completion; complete -C ${JSON.stringify(typed)}`;
    const env = { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder, LANG: 'C.UTF-8' };
    const { stdout, stderr } = await run('/usr/bin/fish', ['--no-config', '-c', script], {
      cwd: folder,
      env,
    });
    const lines = new TextDecoder().decode(stdout).split('\n');
    const candidates = lines.map((each) => each.split('\t')[0] ?? '');
    const last = line.slice(line.lastIndexOf(' ') + 1);
    const isThere = candidates.some((each) => each === last || last.endsWith(`=${each}`));
    assert.ok(
      isThere || candidates.includes(last.replace(/=$/u, '')),
      `${typed}: ${lines} ${stderr}`,
    );
  }
});

withShell('fish', async (folder) => {
  for (const [typed, expected] of [
    ['keywire collection ', ['alias', 'create', 'delete', 'label']],
    ['keywire completion ', ['bash', 'fish', 'zsh']],
    ['keywire git-credential ', ['erase', 'get', 'store']],
    ['keywire export --format=', ['--format=hardened', '--format=v1']],
    // What is the word of one command and the name of another has the options of the first.
    ['keywire docker-credential get --b', ['']],
    ['keywire item label --u', ['']],
  ] as const) {
    const script = `source ./completion; complete -C ${JSON.stringify(typed)}`;
    const { stdout } = await run('/usr/bin/fish', ['--no-config', '-c', script], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8' },
    });
    const lines = new TextDecoder().decode(stdout).trimEnd().split('\n');
    assert.deepEqual(lines.map((each) => each.split('\t')[0]).sort(), expected);
  }
});

withShell('bash', async (folder) => {
  const words = async (line: readonly string[]): Promise<string[]> => {
    const quoted = line.map((word) => `'${word}'`).join(' ');
    const script = `. ./completion; compopt() { :; }; COMP_WORDS=(${quoted}); COMP_CWORD=${line.length - 1}; _keywire; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run('/bin/bash', ['-c', script], { cwd: folder });
    return new TextDecoder().decode(stdout).trimEnd().split('\n');
  };
  assert.deepEqual(await words(['keywire', 'collection', '']), [
    'create',
    'delete',
    'label',
    'alias',
  ]);
  assert.deepEqual(await words(['keywire', 'export', '--format', '=', '']), ['v1', 'hardened']);
  assert.deepEqual(await words(['keywire', 'store', '--label', '']), ['']);
  assert.deepEqual(await words(['keywire', 'lookup', '--', '--']), ['']);
  assert.ok((await words(['keywire', ''])).includes('help'));
});

function withShell(name: Requirement | 'bash', body: (folder: string) => Promise<void>): void {
  const missing = name === 'bash' ? undefined : requires(name);
  const title = `${name} completes commands, options, values and files`;
  if (missing !== undefined) {
    test.skip(title, missing);
    return;
  }
  test(title, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kw-complete-'));
    try {
      const { stdout } = await keywire({ PATH: process.env['PATH'] ?? '' }, ['completion', name]);
      await writeFile(path.join(folder, 'completion'), stdout);
      await writeFile(path.join(folder, 'my-keyring-file'), '');
      await writeFile(path.join(folder, 'two words*'), '');
      await mkdir(path.join(folder, 'my-folder'));
      await mkdir(path.join(folder, 'bin'));
      await symlink(BUNDLE, path.join(folder, 'bin', 'keywire'));
      await symlink('/bin/true', path.join(folder, 'bin', 'my-program'));
      await body(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

const noMandoc = requires('mandoc');
if (noMandoc === undefined) {
  test('the manual page has nothing that mandoc warns of, and shows every command', async () => {
    const { stdout } = await keywire({ PATH: process.env['PATH'] ?? '' }, ['man']);
    const lint = await run('/usr/bin/mandoc', ['-T', 'lint', '-W', 'warning'], { input: stdout });
    assert.deepEqual([lint.code, new TextDecoder().decode(lint.stdout)], [0, '']);
    const shown = await run('/usr/bin/mandoc', ['-T', 'utf8', '-O', 'width=100'], {
      input: stdout,
    });
    // A terminal's bold is a letter struck twice.
    const text = new TextDecoder().decode(shown.stdout).split(BACKSPACE).map(dropLast).join('');
    for (const form of ['keywire store --label=L', 'keywire doctor', 'keywire collection alias']) {
      assert.ok(text.includes(form), form);
    }
    assert.match(
      text,
      /printf %s "\$TOKEN" \| keywire store --label="Demo token" app demo user me/u,
    );
  });
} else {
  test.skip('the manual page', noMandoc);
}
