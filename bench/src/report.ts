/** Tables, times and the line that says what they were measured on. */
import { cpus } from 'node:os';
import process from 'node:process';

export function machineLine(): string {
  const [first] = cpus();
  return `Node ${process.version} (V8 ${process.versions.v8}), ${cpus().length} × ${first?.model ?? 'unknown'}, ${process.platform}-${process.arch}`;
}

/** Columns as wide as their longest cell; the first is set flush left, the others flush right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

export function formatNs(ns: number | undefined): string {
  if (ns === undefined || Number.isNaN(ns)) return '–';
  if (ns < 1000) return `${ns.toFixed(0)} ns`;
  if (ns < 1_000_000) return `${(ns / 1000).toFixed(2)} µs`;
  return `${(ns / 1_000_000).toFixed(2)} ms`;
}

export function formatRatio(ratio: number): string {
  return Number.isNaN(ratio) ? '–' : `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)}x`;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which a share of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** One target and what was measured. */
export interface Target {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  /** Whether the limit is the least that will do, or the most. */
  readonly direction: 'at least' | 'at most';
  readonly unit?: string;
}

function isMet({ measured, limit, direction }: Target): boolean {
  return direction === 'at least' ? measured >= limit : measured <= limit;
}

export function formatTargets(targets: readonly Target[]): string {
  return formatTable(
    targets.map((target) => [
      target.name,
      `${target.measured.toFixed(2)}${target.unit ?? 'x'}`,
      `${target.direction} ${target.limit}${target.unit ?? 'x'}`,
      Number.isNaN(target.measured) ? 'not measured' : isMet(target) ? 'met' : 'MISSED',
    ]),
  );
}
