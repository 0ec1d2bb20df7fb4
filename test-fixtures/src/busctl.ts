/** Calls on a bus through systemd's client, whose D-Bus code is neither ours nor GLib's. */
import { runOrThrow } from './run.ts';

export interface BusctlCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  /** As busctl takes them: the length of an array before its elements, a variant's signature first. */
  readonly args?: readonly string[];
}

/** The reply's signature and its values, as busctl puts them into JSON. */
export interface BusctlReply {
  readonly type: string;
  readonly data: readonly unknown[];
}

/** Makes one call; a reply without values has the empty signature. */
export async function busctlCall(
  bus: { readonly address: string; readonly env: Readonly<Record<string, string>> },
  call: BusctlCall,
): Promise<BusctlReply> {
  const { destination, path, signature, args = [] } = call;
  const text = await runOrThrow(
    '/usr/bin/busctl',
    [`--address=${bus.address}`, '--json=short', 'call', destination, path]
      .concat(call.interface, call.member)
      .concat(signature ?? [], args),
    { env: bus.env },
  );
  return text === '' ? { type: '', data: [] } : JSON.parse(text);
}
