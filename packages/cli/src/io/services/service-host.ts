/** The host of `run`, `exec` and `serve`. Bus and provider are loaded when one of them runs, never before. */
import path from 'node:path';
import process from 'node:process';
import type { ServiceHost } from '../../types/service-host.ts';
import type { EndRequest } from '../signals.ts';
import { startedAs } from '../started-as.ts';
import { writeOutput } from '../terminal/output.ts';

export function createServiceHost(end: EndRequest): ServiceHost {
  return {
    get selfCommand() {
      return startedAs().command;
    },
    get nodeOptions() {
      const { NODE_OPTIONS: fromEnvironment = '' } = process.env;
      return [...process.execArgv, ...fromEnvironment.split(/[\s"]+/u)];
    },
    absolutePath: (file) => path.resolve(file),
    async isNewStore(file) {
      const { hasKeyringFiles } = await import('@keywire/secret-provider');
      const { refuseStore } = await import('./unusable-store.ts');
      return await hasKeyringFiles(file).then((has) => !has, refuseStore);
    },
    async tell(stream, text) {
      const bytes = new TextEncoder().encode(text);
      return (await writeOutput([{ stream, bytes }])) === undefined;
    },
    serve: async (plan, ready) => (await import('./serve.ts')).serve(plan, ready, end),
    runCommand: async (plan, command, variables) =>
      (await import('./run-command.ts')).runCommand(plan, command, variables, end),
    runWithVariables: async (variables, command) =>
      (await import('./run-child.ts')).runChild(command, end, async () => ({
        variables,
        close: async () => {},
      })),
  };
}
