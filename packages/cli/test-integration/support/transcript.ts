/**
 * The same command lines given to a program and to keywire called by that program's name, each on a
 * keyring of its own that holds the same, so that what one line changes the next one sees. What
 * differs must be declared, with its reason and with both answers: a difference that is gone, or a
 * new one, fails.
 */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunResult, run } from '../../../../test-fixtures/src/index.ts';
import { BUNDLE } from './keywire.ts';

/** An answer, or the part of it that matters; a pattern is matched, a text must be the same. */
export interface ExpectedAnswer {
  readonly code?: number | string;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
}

export interface Line {
  /** Arguments, or a shell line in which the program is called `"$PROGRAM"`. */
  readonly args: readonly string[] | string;
  readonly input?: string | Uint8Array;
  /** The key of a reason, where the two answers differ. */
  readonly differs?: string;
  readonly theirs?: ExpectedAnswer;
  readonly ours?: ExpectedAnswer;
}

export interface Sides {
  readonly program: string;
  readonly theirs: { readonly path: string; readonly env: Readonly<Record<string, string>> };
  readonly ours: Readonly<Record<string, string>>;
}

interface Said {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs all lines on both sides; resolves to the reasons that were needed. */
export async function compareTranscripts(
  sides: Sides,
  lines: readonly Line[],
): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keywire-as-'));
  const used = new Set<string>();
  try {
    const link = path.join(folder, sides.program);
    await symlink(BUNDLE, link);
    for (const line of lines) {
      const [theirs, ours] = await Promise.all([
        say(line, [sides.theirs.path], sides.theirs.env),
        say(line, [process.execPath, link], sides.ours),
      ]);
      compareOne(line, theirs, ours);
      if (line.differs !== undefined) used.add(line.differs);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return used;
}

async function say(
  { args, input = '' }: Line,
  program: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  const whole = { ...env, LC_ALL: 'C.UTF-8' };
  const [command, ...before] = program;
  const result =
    typeof args === 'string'
      ? await run('/bin/bash', ['-c', args.replaceAll('"$PROGRAM"', quoted(program))], {
          env: whole,
          input,
        })
      : await run(command, [...before, ...args], { env: whole, input });
  return normalised(result);
}

/**
 * Times and identifiers are masked; attributes come in the order of a hash table on one side. The
 * schema that says nothing is left out: gnome-keyring adds it between two lines when it reads its file
 * again (docs/QUIRKS.md, G3).
 */
function normalised({ code, signal, stdout, stderr, timedOut }: RunResult): Said {
  return {
    code: timedOut ? 'still running' : (code ?? signal),
    stdout: Buffer.from(stdout)
      .toString('latin1')
      .replace(/^\[\/\w+\]$/gmu, '[/ID]')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gu, 'TIME')
      .replace(/^schema = org\.freedesktop\.Secret\.Generic\n/gmu, ''),
    stderr: stderr.split('\n').sort().join('\n'),
  };
}

function compareOne(line: Line, theirs: Said, ours: Said): void {
  const shown = `${JSON.stringify(line.args)}\ntheirs ${JSON.stringify(theirs)}\nours ${JSON.stringify(ours)}`;
  if (line.differs === undefined) {
    assert.deepEqual(ours, theirs, shown);
    return;
  }
  assert.notDeepEqual(ours, theirs, `no longer a difference: ${shown}`);
  assertAnswer(theirs, line.theirs, shown);
  assertAnswer(ours, line.ours, shown);
}

function assertAnswer(said: Said, expected: ExpectedAnswer | undefined, shown: string): void {
  assert.ok(expected !== undefined, `a difference is declared with both answers: ${shown}`);
  for (const key of ['code', 'stdout', 'stderr'] as const) {
    const wanted: string | number | RegExp | undefined = expected[key];
    if (wanted instanceof RegExp) assert.match(String(said[key]), wanted, shown);
    else if (wanted !== undefined) assert.equal(said[key], wanted, shown);
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}
