/**
 * What a lock file says about who holds it.
 *
 * The first line is what MSAL's extensions write (`pid program`), for people and for those tools;
 * the lines after it let any process of the same machine decide whether the owner still runs, and
 * the nonce tells one acquisition from every other. Anything else is a stranger's lock: parsed only
 * for its process id, to name it in an error.
 */

/** Who holds a lock, as an error tells it. */
export interface LockHolder {
  readonly pid?: number;
  readonly program?: string;
  readonly host?: string;
}

/** All that a lock file of ours holds. */
export interface OwnerRecord extends LockHolder {
  readonly pid: number;
  readonly program: string;
  readonly host: string;
  /** Clock ticks from boot to the start of the process: field 22 of /proc/PID/stat. */
  readonly startTicks: string;
  /** Random for each boot of each kernel. */
  readonly bootId: string;
  /** Process ids and start times mean something only within these. */
  readonly namespaces: string;
  /** 32 hexadecimal digits, fresh for each acquisition. */
  readonly nonce: string;
}

const RECORD_LINE = 'keywire-lock 1';
const RECORD = new RegExp(
  `^(?<pid>[1-9]\\d{0,9}) (?<program>[^\\n]*)\\n${RECORD_LINE}\\n` +
    'start=(?<startTicks>\\d*)\\nboot=(?<bootId>[0-9a-f-]*)\\nnamespaces=(?<namespaces>[^\\n]*)\\n' +
    'host=(?<host>[^\\n]*)\\nnonce=(?<nonce>[0-9a-f]{32})\\n$',
  'u',
);

/** Formats a record; line breaks in the program's or host's name become spaces. */
export function formatOwner(owner: OwnerRecord): string {
  return [
    `${owner.pid} ${oneLine(owner.program)}`,
    RECORD_LINE,
    `start=${owner.startTicks}`,
    `boot=${owner.bootId}`,
    `namespaces=${oneLine(owner.namespaces)}`,
    `host=${oneLine(owner.host)}`,
    `nonce=${owner.nonce}`,
    '',
  ].join('\n');
}

/** Reads a record, or gives `undefined` for anything that is not exactly one. */
export function parseOwner(text: string): OwnerRecord | undefined {
  const groups = RECORD.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { pid, program = '', startTicks = '', bootId = '', namespaces = '', ...rest } = groups;
  const { host = '', nonce = '' } = rest;
  return { pid: Number(pid), program, startTicks, bootId, namespaces, host, nonce };
}

/** Names the holder of any lock file as well as its text allows. */
export function holderOf(text: string): LockHolder {
  const owner = parseOwner(text);
  if (owner !== undefined) {
    return { pid: owner.pid, program: owner.program, host: owner.host };
  }
  const stranger = /^(?<pid>[1-9]\d{0,9})(?: (?<program>[^\n]{1,200}))?/u.exec(text)?.groups;
  if (stranger === undefined) return {};
  const { pid, program } = stranger;
  return program === undefined ? { pid: Number(pid) } : { pid: Number(pid), program };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/gu, ' ');
}
