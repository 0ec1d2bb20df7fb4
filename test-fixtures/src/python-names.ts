/** A Python library spoken to by its own names: expressions are evaluated one after the other. */
import type { Bus } from './daemons/bus.ts';
import { PYTHON } from './requires.ts';
import { startSupervised } from './supervised.ts';
import { pythonScript } from './workspace.ts';

export interface PythonNames extends AsyncDisposable {
  /** The value of an expression, as far as JSON can say it; or what it raised, as `{ error, text }`. */
  evaluate(expression: string): Promise<unknown>;
  /** Runs statements; throws when they raise. */
  execute(statements: string): Promise<void>;
}

/**
 * Starts Python on a bus.
 *
 * @param prelude - statements that come first, in the same namespace
 */
export async function startPython(bus: Bus, prelude: string): Promise<PythonNames> {
  const process = startSupervised('python', PYTHON, ['-I', pythonScript('evaluate'), prelude], {
    workspace: bus.workspace,
    env: bus.env,
  });
  await process.untilReady(process.nextLine());
  const ask = async (request: object): Promise<{ value?: unknown; error?: string }> => {
    process.writeLine(JSON.stringify(request));
    return JSON.parse(await process.nextLine());
  };
  return {
    evaluate: async (expression) => {
      const answer = await ask({ evaluate: expression });
      return answer.error === undefined ? answer.value : answer;
    },
    execute: async (statements) => {
      const answer = await ask({ execute: statements });
      if (answer.error !== undefined) throw new Error(JSON.stringify(answer));
    },
    [Symbol.asyncDispose]: () => process.stop(),
  };
}
