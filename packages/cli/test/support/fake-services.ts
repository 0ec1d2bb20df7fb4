/** Services of values: what was asked for is kept, and ends as the test says. */
import type {
  ChildVariables,
  CommandEnd,
  ServiceAddress,
  ServiceHost,
  ServicePlan,
} from '../../src/types/service-host.ts';

export interface FakeServicesParts {
  readonly nodeOptions?: readonly string[];
  /** Paths of stores that are made when they are served. */
  readonly newStores?: readonly string[];
  readonly commandEnd?: CommandEnd;
  readonly serveEnd?: 'stopped' | 'lost';
  readonly failure?: unknown;
  /** Whether what is told can be written; by default it can. */
  readonly isHeard?: boolean;
}

export class FakeServices implements ServiceHost {
  readonly selfCommand = ['/usr/bin/node', '/opt/keywire.cjs'];
  readonly nodeOptions: readonly string[];
  /** What was said before the end, stream and text. */
  readonly told: [stream: string, text: string][] = [];
  readonly plans: ServicePlan[] = [];
  command: readonly string[] | undefined;
  variables: ChildVariables | undefined;
  readonly #parts: FakeServicesParts;

  constructor(parts: FakeServicesParts = {}) {
    this.#parts = parts;
    this.nodeOptions = parts.nodeOptions ?? [];
  }

  absolutePath(path: string): string {
    return `/here/${path}`;
  }

  async isNewStore(path: string): Promise<boolean> {
    return this.#parts.newStores?.includes(path) ?? false;
  }

  async tell(stream: string, text: string): Promise<boolean> {
    this.told.push([stream, text]);
    return this.#parts.isHeard ?? true;
  }

  async serve(
    plan: ServicePlan,
    ready: (at: ServiceAddress) => Promise<void>,
  ): Promise<'stopped' | 'lost'> {
    this.plans.push(plan);
    if (this.#parts.failure !== undefined) throw this.#parts.failure;
    const busAddress = plan.bus === 'private' ? 'unix:path=/x/bus,guid=0' : undefined;
    await ready({ busAddress, uniqueName: ':1.7' });
    return this.#parts.serveEnd ?? 'stopped';
  }

  async runCommand(
    plan: ServicePlan,
    command: readonly string[],
    variables: ChildVariables,
  ): Promise<CommandEnd> {
    this.plans.push(plan);
    this.variables = variables;
    if (this.#parts.failure !== undefined) throw this.#parts.failure;
    this.command = command;
    return this.#parts.commandEnd ?? { kind: 'exited', code: 0 };
  }

  async runWithVariables(
    variables: ChildVariables,
    command: readonly string[],
  ): Promise<CommandEnd> {
    this.variables = variables;
    this.command = command;
    return this.#parts.commandEnd ?? { kind: 'exited', code: 0 };
  }
}
