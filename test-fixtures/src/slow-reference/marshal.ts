/**
 * Marshalling, the slow way: byte after byte into a list, the signature read anew for each value.
 * Dictionaries come as Maps, variants as anything with a signature and a value.
 */

interface VariantLike {
  readonly signature: string;
  readonly value: unknown;
}

const SIZES: Readonly<Record<string, number>> = {
  y: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  h: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
  s: 4,
  o: 4,
  a: 4,
};

/** The bytes of the values of a signature. */
export function marshalSlowly(
  signature: string,
  values: readonly unknown[],
  little: boolean,
): Uint8Array {
  const out: number[] = [];
  for (const [i, type] of typesOf(signature).entries()) put(out, type, values[i], little);
  return Uint8Array.from(out);
}

/** Cuts a valid signature into complete types. */
function typesOf(signature: string): string[] {
  const types: string[] = [];
  let start = 0;
  let depth = 0;
  for (const [i, char] of [...signature].entries()) {
    if ('({'.includes(char)) depth += 1;
    if (')}'.includes(char)) depth -= 1;
    if (depth > 0 || char === 'a') continue;
    types.push(signature.slice(start, i + 1));
    start = i + 1;
  }
  return types;
}

function put(out: number[], type: string, value: unknown, little: boolean): void {
  const code = type.charAt(0);
  while (out.length % (SIZES[code] ?? 1) !== 0) out.push(0);
  if (code === 'v') putVariant(out, value as VariantLike, little);
  else if (code === '(') putFields(out, type, value as unknown[], little);
  else if (code === 'a') putArray(out, type.slice(1), value as Iterable<unknown>, little);
  else if (code === 'g') out.push(String(value).length, ...new TextEncoder().encode(`${value}\0`));
  else if (code === 's' || code === 'o') putText(out, String(value), little);
  else putNumber(out, code, value, little);
}

function putVariant(out: number[], { signature, value }: VariantLike, little: boolean): void {
  put(out, 'g', signature, little);
  put(out, signature, value, little);
}

function putFields(out: number[], type: string, values: readonly unknown[], little: boolean): void {
  for (const [i, field] of typesOf(type.slice(1, -1)).entries()) put(out, field, values[i], little);
}

function putText(out: number[], text: string, little: boolean): void {
  const bytes = new TextEncoder().encode(text);
  putNumber(out, 'u', bytes.length, little);
  out.push(...bytes, 0);
}

function putArray(
  out: number[],
  element: string,
  values: Iterable<unknown>,
  little: boolean,
): void {
  const at = out.length;
  putNumber(out, 'u', 0, little);
  while (out.length % (SIZES[element.charAt(0)] ?? 1) !== 0) out.push(0);
  const start = out.length;
  const type = element.replace(/^\{(.*)\}$/u, '($1)');
  for (const value of values) put(out, type, value, little);
  const length: number[] = [];
  putNumber(length, 'u', out.length - start, little);
  out.splice(at, 4, ...length);
}

function putNumber(out: number[], code: string, value: unknown, little: boolean): void {
  const size = SIZES[code] ?? 1;
  const view = new DataView(new ArrayBuffer(8));
  if (code === 'd') view.setFloat64(0, Number(value));
  else view.setBigInt64(0, BigInt.asIntN(64, BigInt(value as bigint | number | boolean)));
  const bytes = [...new Uint8Array(view.buffer)].slice(8 - size);
  out.push(...(little ? bytes.reverse() : bytes));
}
