/**
 * Runs the protocol's own code in every order in which several processes can take its steps, with a
 * crash possible before each step, and looks at every state that can be reached.
 *
 * A process is a log: the results of the steps it has taken in its present attempt. Running the code
 * again on that log leads to its next step, because nothing else enters the code. States that agree
 * in files, phases and logs are one state, and attempts start from nothing, so there are finitely
 * many. Found: two inside at once, a step that throws, and a state out of which those who live
 * cannot all get through (a lock that would need a hand).
 */
import assert from 'node:assert/strict';
import { formatOwner } from '../../src/owner-record.ts';
import {
  type Attempt,
  type Claimant,
  type LockFiles,
  type Observation,
  release,
  tryAcquire,
} from '../../src/protocol.ts';

export interface Scenario {
  /** How many processes want the lock once each. */
  readonly processes: number;
  /** How many of them may crash. */
  readonly crashes: number;
  /** Files there at the start; `record(DEAD)` is the lock of an owner that is no more. */
  readonly files?: Readonly<Record<string, string>>;
  /** Bends the steps, to see that a broken protocol is found out. */
  readonly bend?: (files: LockFiles) => LockFiles;
  /** A link may happen and be reported as failed, as on a network file system. */
  readonly losesReplies?: boolean;
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** The steps that lead to the first fault, or `undefined` when there is none. */
  readonly fault: string | undefined;
  /** The files that are left in any state in which everybody who lives is through. */
  readonly leftovers: readonly string[];
}

export const BASE = '/l';
/** The nonce of an owner that is dead from the start. */
export const DEAD = 'd'.repeat(32);

export function record(nonce: string): string {
  return formatOwner({
    pid: 1,
    program: 'p',
    host: 'h',
    startTicks: '1',
    bootId: 'b',
    namespaces: 'n',
    nonce,
  });
}

type Step =
  | { readonly kind: 'read' | 'remove' | 'list'; readonly path: string }
  | { readonly kind: 'judge'; readonly nonce: string }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string };

type Phase = 'acquiring' | 'releasing' | 'done' | 'crashed';
type Logged = string | boolean | null | readonly string[];

interface Process {
  readonly phase: Phase;
  readonly log: readonly Logged[];
}

interface State {
  readonly files: ReadonlyMap<string, string>;
  readonly processes: readonly Process[];
}

/** What the code does after its log: one more step, or it is through. */
type Continuation = { readonly step: Step } | { readonly result: Attempt | boolean };

export async function explore(scenario: Scenario): Promise<Exploration> {
  const explorer = new Explorer(scenario);
  const fault = (await explorer.visitAll()) ?? explorer.findTrap();
  const leftovers = [...explorer.leftovers].sort();
  return { states: explorer.stateCount, steps: explorer.stepCount, fault, leftovers };
}

class Explorer {
  readonly #scenario: Scenario;
  readonly #indexes = new Map<string, number>();
  readonly #parents: { readonly from: number; readonly label: string }[] = [];
  readonly #predecessors: number[][] = [];
  readonly #ends: number[] = [];
  readonly #continuations = new Map<string, Continuation>();
  readonly leftovers = new Set<string>();
  stepCount = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  get stateCount(): number {
    return this.#indexes.size;
  }

  async visitAll(): Promise<string | undefined> {
    const { processes, files = {} } = this.#scenario;
    const start: State = {
      files: new Map(Object.entries(files)),
      processes: Array.from({ length: processes }, () => ({ phase: 'acquiring', log: [] })),
    };
    const pending: [number, State][] = [[this.#add(start, -1, 'start') ?? 0, start]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [index, state] = next;
      if (state.processes.every(({ phase }) => phase === 'done' || phase === 'crashed')) {
        this.#ends.push(index);
        for (const path of state.files.keys()) this.leftovers.add(shortPath(path));
      }
      for (const { label, to, fault } of await this.#successors(state)) {
        this.stepCount += 1;
        if (fault !== undefined) return `${this.#pathTo(index)} ${label}: ${fault}`;
        const added = this.#add(to, index, label);
        if (added !== undefined) pending.push([added, to]);
      }
    }
    return undefined;
  }

  /** Finds a state out of which no order of steps leads to everybody who lives being through. */
  findTrap(): string | undefined {
    const canEnd = new Uint8Array(this.stateCount);
    const pending = [...this.#ends];
    for (const end of pending) canEnd[end] = 1;
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      for (const before of this.#predecessors[index] ?? []) {
        if (canEnd[before] === 1) continue;
        canEnd[before] = 1;
        pending.push(before);
      }
    }
    const trap = canEnd.indexOf(0);
    return trap === -1 ? undefined : `${this.#pathTo(trap)}: nobody gets through from here`;
  }

  /** The index of a state seen for the first time; the edge is noted in any case. */
  #add(state: State, from: number, label: string): number | undefined {
    const key = keyOf(state);
    const known = this.#indexes.get(key);
    const index = known ?? this.#indexes.size;
    if (known === undefined) {
      this.#indexes.set(key, index);
      this.#parents.push({ from, label });
      this.#predecessors.push([]);
    }
    if (from >= 0) this.#predecessors[index]?.push(from);
    return known === undefined ? index : undefined;
  }

  #pathTo(index: number): string {
    const labels: string[] = [];
    for (let at = this.#parents[index]; at !== undefined; at = this.#parents[at.from]) {
      labels.unshift(at.label);
    }
    return labels.join(' ');
  }

  async #successors(
    state: State,
  ): Promise<{ label: string; to: State; fault: string | undefined }[]> {
    const successors: { label: string; to: State; fault: string | undefined }[] = [];
    const crashed = state.processes.filter(({ phase }) => phase === 'crashed').length;
    for (const [index, process] of state.processes.entries()) {
      if (process.phase === 'done' || process.phase === 'crashed') continue;
      if (crashed < this.#scenario.crashes) {
        const to = { ...state, processes: state.processes.with(index, CRASHED) };
        successors.push({ label: `${index}†`, to, fault: undefined });
      }
      const continuation = await this.#continue(index, process);
      assert.ok('step' in continuation);
      const { step } = continuation;
      for (const losesReply of this.#outcomesOf(step)) {
        const { files, result, fault } = take(state, step, losesReply);
        const after = await this.#afterStep(index, process, result);
        const to = { files, processes: state.processes.with(index, after) };
        const label = `${index}:${step.kind}${'path' in step ? shortPath(step.path) : ''}`;
        successors.push({ label, to, fault: fault ?? faultOf(to) });
      }
    }
    return successors;
  }

  #outcomesOf(step: Step): readonly boolean[] {
    return step.kind === 'link' && this.#scenario.losesReplies === true ? [false, true] : [false];
  }

  /** Where a process stands when a step has given `result`. */
  async #afterStep(index: number, { phase, log }: Process, result: Logged): Promise<Process> {
    const next: Process = { phase, log: [...log, result] };
    const continuation = await this.#continue(index, next);
    if ('step' in continuation) return next;
    if (typeof continuation.result === 'boolean') {
      assert.equal(continuation.result, true, 'the lock was still ours');
      return { phase: 'done', log: [] };
    }
    const isAcquired = continuation.result.state === 'acquired';
    return { phase: isAcquired ? 'releasing' : 'acquiring', log: [] };
  }

  async #continue(index: number, { phase, log }: Process): Promise<Continuation> {
    const key = `${index}${phase}${JSON.stringify(log)}`;
    const known = this.#continuations.get(key);
    if (known !== undefined) return known;
    const replay = new Replay(log);
    const files = this.#scenario.bend?.(replay) ?? replay;
    const nonce = nonceOf(index);
    const own: Claimant = { base: BASE, nonce, record: record(nonce) };
    const outcome: { result?: Attempt | boolean; error?: unknown } = {};
    const running: Promise<Attempt | boolean> =
      phase === 'acquiring' ? tryAcquire(files, own) : release(files, own);
    running.then(
      (result) => {
        outcome.result = result;
      },
      (error: unknown) => {
        outcome.error = error;
      },
    );
    // The code either asks for one more step or ends; nothing but microtasks lie in between.
    while (replay.next === undefined && Object.keys(outcome).length === 0) await null;
    if ('error' in outcome) throw outcome.error;
    const continuation: Continuation =
      outcome.result === undefined ? { step: replay.takeNext() } : { result: outcome.result };
    this.#continuations.set(key, continuation);
    return continuation;
  }
}

const CRASHED: Process = { phase: 'crashed', log: [] };

/** Answers the first steps from a log, and keeps the one after it waiting for ever. */
class Replay implements LockFiles {
  next: Step | undefined;
  readonly #log: readonly Logged[];
  #position = 0;

  constructor(log: readonly Logged[]) {
    this.#log = log;
  }

  takeNext(): Step {
    assert.ok(this.next);
    return this.next;
  }

  async read(path: string): Promise<Observation | undefined> {
    const text = await this.#step({ kind: 'read', path });
    return typeof text === 'string' ? { text, fileId: '0-0', modifiedMs: 0 } : undefined;
  }

  async judge(_path: string, { text }: Observation): Promise<'dead' | 'alive'> {
    const isDead = await this.#step({
      kind: 'judge',
      nonce: /[a-z0-9]{32}/u.exec(text)?.[0] ?? '',
    });
    return isDead === true ? 'dead' : 'alive';
  }

  async write(path: string, text: string): Promise<void> {
    await this.#step({ kind: 'write', path, text });
  }

  async link(from: string, to: string): Promise<boolean> {
    return (await this.#step({ kind: 'link', from, to })) === true;
  }

  async remove(path: string): Promise<void> {
    await this.#step({ kind: 'remove', path });
  }

  async listBeside(base: string): Promise<readonly string[]> {
    const names = await this.#step({ kind: 'list', path: base });
    assert.ok(Array.isArray(names));
    return names;
  }

  #step(step: Step): Promise<Logged> {
    const logged = this.#log[this.#position];
    this.#position += 1;
    if (logged !== undefined) return Promise.resolve(logged);
    this.next = step;
    return new Promise(() => {});
  }
}

/** Takes one step on the files; `losesReply` does it and says that it failed. */
function take(
  state: State,
  step: Step,
  losesReply: boolean,
): { files: ReadonlyMap<string, string>; result: Logged; fault: string | undefined } {
  const files = new Map(state.files);
  const done = (result: Logged, fault?: string) => ({ files, result, fault });
  switch (step.kind) {
    case 'read':
      return done(files.get(step.path) ?? null);
    case 'list':
      return done([...files.keys()].filter((path) => path.startsWith(`${step.path}.`)).sort());
    case 'judge': {
      const index = state.processes.findIndex((_, candidate) => nonceOf(candidate) === step.nonce);
      return done(index === -1 || state.processes[index]?.phase === 'crashed');
    }
    case 'write': {
      const fault = files.has(step.path) ? 'a candidate was there already' : undefined;
      files.set(step.path, step.text);
      return done(true, fault);
    }
    case 'remove':
      files.delete(step.path);
      return done(true);
    case 'link': {
      const text = files.get(step.from);
      if (text === undefined || files.has(step.to)) return done(false);
      files.set(step.to, text);
      return done(!losesReply);
    }
  }
}

function faultOf({ files, processes }: State): string | undefined {
  const inside = [...processes.keys()].filter((index) => processes[index]?.phase === 'releasing');
  if (inside.length > 1) return 'two are inside';
  const [holder] = inside;
  if (holder !== undefined && files.get(BASE) !== record(nonceOf(holder))) {
    return 'the lock of who is inside is gone';
  }
  return undefined;
}

function nonceOf(index: number): string {
  return String.fromCharCode(0x61 + index).repeat(32);
}

function shortPath(path: string): string {
  return path.replaceAll(/([a-z])\1{31}/gu, '$1').replace(BASE, '');
}

function keyOf({ files, processes }: State): string {
  return JSON.stringify([[...files].sort(([a], [b]) => (a < b ? -1 : 1)), processes]);
}
