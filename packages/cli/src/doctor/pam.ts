/**
 * PAM's configuration of a login service: which lines it has for a module, includes followed.
 * https://man7.org/linux/man-pages/man5/pam.d.5.html
 */
import type { PamFacts } from '../types/doctor.ts';

/** The text of a service's file; `undefined` where there is none. */
export type ReadService = (name: string) => string | undefined;

/** The lines of a service that name one of these modules; `undefined` for one that is not there. */
export function pamFacts(
  service: string,
  modules: readonly string[],
  read: ReadService,
): PamFacts | undefined {
  if (read(service) === undefined) return undefined;
  const lines = linesOf(service, read, []);
  const found = modules.map((module) => {
    const named = new RegExp(`(?:^|[\\s/])${module}\\d?\\.so(?:\\s|$)`, 'u');
    return [module, lines.filter((line) => named.test(line))] as const;
  });
  return { service, modules: Object.fromEntries(found) };
}

/** @param above - the files that lead here: one that includes itself is not gone through again */
function linesOf(service: string, read: ReadService, above: readonly string[]): string[] {
  if (above.includes(service)) return [];
  // A backslash at its end joins a line with the next one.
  const text = (read(service) ?? '').replaceAll('\\\n', ' ');
  return text.split('\n').flatMap((raw) => {
    const line = raw.replace(/#.*$/u, '').trim().replace(/\s+/gu, ' ');
    const included = includeOf(line);
    if (included === undefined) return line === '' ? [] : [line];
    const { name, type } = included;
    const lines = linesOf(name, read, [...above, service]);
    return type === undefined ? lines : lines.filter((each) => typeOf(each) === type);
  });
}

/** `@include NAME` takes all of a file, `TYPE include NAME` and `substack` its lines of that type. */
function includeOf(line: string): { name: string; type: string | undefined } | undefined {
  const [first = '', control = '', name = ''] = line.split(' ');
  if (first === '@include') return control === '' ? undefined : { name: control, type: undefined };
  if (control !== 'include' && control !== 'substack') return undefined;
  return { name, type: typeOf(line) };
}

function typeOf(line: string): string {
  return (line.split(' ')[0] ?? '').replace(/^-/u, '').toLowerCase();
}

/** Those of the lines wanted, by type, that a service lacks for a module. */
export function missingPamLines(
  { modules }: PamFacts,
  module: string,
  wanted: readonly string[],
): readonly string[] {
  const present = new Set((modules[module] ?? []).map(typeOf));
  return wanted.filter((line) => !present.has(typeOf(line)));
}
