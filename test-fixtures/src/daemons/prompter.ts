/**
 * The mock of gcr's prompter (python/mock_prompter.py), typed. gnome-keyring shows no dialog itself:
 * it asks whoever owns org.gnome.keyring.SystemPrompter.
 */
import { PYTHON } from '../requires.ts';
import { startSupervised } from '../supervised.ts';
import { pythonScript } from '../workspace.ts';
import type { Bus } from './bus.ts';

export type PrompterMode =
  /** Gives the right password, and agrees to everything. */
  | 'accept'
  /** The first answer to each dialog is a wrong password. */
  | 'wrong-then-accept'
  /** Two wrong passwords, then dismissed. */
  | 'refuse'
  /** Dismissed at once. */
  | 'dismiss'
  /** Accepts, but only once the test calls `release()`. */
  | 'delay'
  /** Never answers. */
  | 'never'
  /** The prompter dies when it is asked. */
  | 'vanish';

export type PrompterEvent = {
  readonly event: 'ready' | 'begin' | 'perform' | 'held' | 'answer' | 'stop';
  /** `perform`: `password` or `confirm`. */
  readonly type?: string;
  /** `perform`: title, message, warning …; after the first only what changed. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** `perform`: how often this dialog has asked, this time included. */
  readonly asked?: number;
  readonly reply?: 'yes' | 'no';
  readonly correct?: boolean;
};

export interface Prompter extends AsyncDisposable {
  readonly pid: number;
  /** The next thing that happened and that nobody took yet, in order. */
  nextEvent(): Promise<PrompterEvent>;
  /** Takes events until one of this kind comes, and resolves to it. */
  until(event: PrompterEvent['event']): Promise<PrompterEvent>;
  /** How dialogs are answered from now on. */
  setMode(mode: PrompterMode): void;
  /** Gives the answers that mode `delay` holds back. */
  release(): void;
  kill(): Promise<void>;
}

export async function startPrompter(
  bus: Bus,
  mode: PrompterMode,
  password: string,
): Promise<Prompter> {
  const process = startSupervised(
    'mock-prompter',
    PYTHON,
    ['-I', pythonScript('mock_prompter'), mode, password],
    { workspace: bus.workspace, env: bus.env },
  );
  const nextEvent = async (): Promise<PrompterEvent> => JSON.parse(await process.nextLine());
  await process.untilReady(nextEvent());
  return {
    pid: process.pid,
    nextEvent,
    until: async (event) => {
      for (;;) {
        const next = await nextEvent();
        if (next.event === event) return next;
      }
    },
    setMode: (next) => process.writeLine(JSON.stringify({ mode: next })),
    release: () => process.writeLine(JSON.stringify({ release: true })),
    kill: () => process.kill(),
    [Symbol.asyncDispose]: () => process.stop(),
  };
}
