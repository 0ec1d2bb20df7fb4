/** Keyring files of values: what is opened is given, what is written is kept. */
import { CliError } from '../../src/output/cli-error.ts';
import type {
  KeyringFiles,
  OpenedKeyringFile,
  PortableItem,
  WrittenForm,
} from '../../src/types/keyring-files.ts';

export interface FakeKeyringFilesParts {
  readonly items?: readonly [label: string, attributes: Record<string, string>, secret: string][];
  readonly rejected?: number;
  readonly needsPassword?: boolean;
  readonly failure?: unknown;
  /** Paths where something is. */
  readonly present?: readonly string[];
}

export class FakeKeyringFiles implements KeyringFiles {
  /** What was asked for, in order, passwords included. */
  readonly log: string[] = [];
  readonly written = new Map<string, string>();
  closed = 0;
  /** The buffers handed out, to see whether they were wiped. */
  readonly secrets: Uint8Array[] = [];
  readonly #parts: FakeKeyringFilesParts;

  constructor(parts: FakeKeyringFilesParts = {}) {
    this.#parts = parts;
  }

  async open(
    path: string,
    _name: string,
    password: () => Promise<Uint8Array>,
  ): Promise<OpenedKeyringFile> {
    const { items = [], rejected = 0, needsPassword = true, failure } = this.#parts;
    const given = needsPassword ? new TextDecoder().decode(await password()) : 'no password';
    this.log.push(`open ${path} with ${given}`);
    if (failure !== undefined) throw failure;
    return {
      form: 'v0',
      rejected,
      items: items.map(([label, attributes, secret]) => ({
        label,
        attributes: new Map(Object.entries(attributes)),
        contentType: 'text/plain',
        readSecret: () => {
          const bytes = new TextEncoder().encode(secret);
          this.secrets.push(bytes);
          return bytes;
        },
      })),
      close: () => {
        this.closed += 1;
      },
    };
  }

  async seal(
    items: readonly PortableItem[],
    form: WrittenForm,
    password: Uint8Array,
  ): Promise<Uint8Array> {
    this.log.push(`seal ${form} with ${new TextDecoder().decode(password)}`);
    return this.#bytes(items);
  }

  async formatJson(items: readonly PortableItem[]): Promise<Uint8Array> {
    this.log.push('json');
    return this.#bytes(items);
  }

  async requireNew(path: string): Promise<void> {
    if (this.#parts.present?.includes(path) === true) {
      throw new CliError('output-unwritable', 'one is there already');
    }
  }

  async writeNew(path: string, bytes: Uint8Array): Promise<void> {
    this.written.set(path, new TextDecoder().decode(bytes));
  }

  #bytes(items: readonly PortableItem[]): Uint8Array {
    const lines = items.map(
      ({ label, readSecret }) => `${label}: ${new TextDecoder().decode(readSecret())}`,
    );
    return new TextEncoder().encode(lines.join(', '));
  }
}
