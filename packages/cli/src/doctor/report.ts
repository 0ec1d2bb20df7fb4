/** A diagnosis as text for a person, and as JSON for a bug report. */
import { ExitCode } from '../exit-code.ts';
import { printable } from '../output/printable.ts';
import { ALIASES, type Diagnosis, type Facts, type ServiceFacts } from '../types/doctor.ts';
import { daemonOfFamily, daemonOfProgram } from './daemons.ts';

/** Makes a word stand out; the identity where colours are off. */
export type Emphasis = (text: string) => string;

export function formatDiagnosis(diagnosis: Diagnosis, bold: Emphasis): string {
  const { facts, findings } = diagnosis;
  const rows = factRows(facts);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${bold(name.padEnd(width))}  ${printable(text)}`);
  for (const { level, text, steps } of findings) {
    lines.push('', `${level === 'fault' ? bold('Fault:') : 'Note:'} ${printable(text)}`);
    for (const step of steps) lines.push(`  - ${printable(step)}`);
  }
  lines.push('', verdict(diagnosis.exitCode));
  return `${lines.join('\n')}\n`;
}

/** For programs: the facts, the findings, and whether a store would succeed. */
export function diagnosisAsJson({ facts, findings, exitCode }: Diagnosis): object {
  return { ok: exitCode === ExitCode.DONE, exitCode, findings, ...facts };
}

function verdict(exitCode: ExitCode): string {
  switch (exitCode) {
    case ExitCode.DONE:
      return 'A store would succeed.';
    case ExitCode.LOCKED:
      return 'A store would need the keyring to be unlocked first (exit 3).';
    default:
      return 'A store would fail: there is no keyring to store in (exit 5).';
  }
}

function factRows(facts: Facts): readonly (readonly [string, string])[] {
  const { bus, service, daemons, remembered } = facts;
  const address = bus.address === undefined ? 'none' : `${bus.address} (from ${bus.source})`;
  return [
    ['Bus', address],
    ...(service === undefined ? [] : serviceRows(service)),
    ['Dialogs', dialogs(facts)],
    ...daemons.map(
      ({ pid, program, arguments: words, ownsName }) =>
        [
          'Running',
          `${[program, ...words].join(' ')} (pid ${pid}${ownsName ? ', owns the name' : ''})`,
        ] as const,
    ),
    ...remembered.map(
      ({ app, backend, path }) =>
        [
          'Remembered',
          `${app === '' ? 'programs without a name' : app}: ${backend} (${path}; "keywire backends --forget" ends that)`,
        ] as const,
    ),
    [
      'Fallback',
      'none unless a program asks for one: "keywire backends" shows what there is beside the keyring',
    ],
  ];
}

function serviceRows(service: ServiceFacts): readonly (readonly [string, string])[] {
  const { owner, family, quirks, collections, aliases, isEncrypted, isActivatable } = service;
  if (owner === undefined) {
    return [['Keyring', isActivatable ? 'not running, can be started by the bus' : 'none']];
  }
  const daemon = daemonOfFamily(family);
  // Another program may go by the same form of paths: "keywire serve --profile" does.
  const isCertain = owner.program !== undefined && daemonOfProgram(owner.program) === daemon;
  const known = daemon?.title ?? family ?? 'of unknown kind';
  const title = daemon === undefined || isCertain ? known : `behaves as ${known}`;
  const version = owner.version === undefined ? '' : ` ${owner.version}`;
  const program = owner.program === undefined ? '' : ` ${owner.program}`;
  const pid = owner.pid === undefined ? '' : `, pid ${owner.pid}`;
  const rows: (readonly [string, string])[] = [
    ['Keyring', `${title}${version}${pid}${program}, on the bus as ${owner.uniqueName}`],
  ];
  if (isEncrypted !== undefined) {
    rows.push(['Transfer', isEncrypted ? 'encrypted' : 'in clear']);
  }
  for (const { path, label, isLocked } of collections) {
    const names = ALIASES.filter((alias) => aliases[alias] === path);
    const also = names.length === 0 ? '' : `, alias ${names.join(', ')}`;
    rows.push(['Collection', `"${label}" ${path}, ${isLocked ? 'locked' : 'unlocked'}${also}`]);
  }
  if (aliases.default === undefined) rows.push(['Default', 'none']);
  if (quirks.length > 0) rows.push(['Quirks', `${quirks.join(' ')} (docs/QUIRKS.md)`]);
  return rows;
}

function dialogs({ platform, service }: Facts): string {
  if (daemonOfFamily(service?.family)?.hasOwnPrompter === true) {
    return 'answered by the prompter that the keyring was started with';
  }
  const { DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '' } = platform.displays;
  if (x11 === '' && wayland === '') return 'nobody can answer them: no display';
  const where = [wayland, x11].filter((name) => name !== '').join(', ');
  const prompter =
    service?.prompter === undefined
      ? ''
      : `; the program that shows them is ${service.prompter === 'activatable' ? 'started when needed' : service.prompter}`;
  return `on ${where}${prompter}`;
}
