/**
 * The reference bus with a configuration of its own. Ready: it prints its address on standard
 * output once it listens.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startSupervised } from '../supervised.ts';
import type { Workspace } from '../workspace.ts';
import type { BusOptions, BusTransport, StartedBus } from './bus-options.ts';
import { nssWrapperEnvironment } from './nss-wrapper.ts';

/** The limits of the session configuration that distributions ship: nothing gets near them. */
const SESSION_LIMITS = {
  max_incoming_bytes: 1_000_000_000,
  max_outgoing_bytes: 1_000_000_000,
  max_message_size: 1_000_000_000,
  max_completed_connections: 100_000,
  max_incomplete_connections: 10_000,
  max_connections_per_user: 100_000,
  max_pending_service_starts: 10_000,
  max_names_per_connection: 50_000,
  max_match_rules_per_connection: 50_000,
  max_replies_per_connection: 50_000,
} as const;

export async function startDbusDaemon(
  workspace: Workspace,
  options: BusOptions,
): Promise<StartedBus> {
  const config = path.join(workspace.folder, 'bus.conf');
  writeServices(workspace, options);
  writeFileSync(config, formatConfig(workspace, options));
  // The cookies of DBUS_COOKIE_SHA1 lie in the home folder that the user database names, not HOME.
  const env = options.auth?.includes('DBUS_COOKIE_SHA1') ? nssWrapperEnvironment(workspace) : {};
  const process = startSupervised(
    'dbus-daemon',
    '/usr/bin/dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--nosyslog', '--print-address=1'],
    { workspace, env },
  );
  const address = await process.untilReady(process.nextLine());
  return { process, address };
}

function formatConfig(workspace: Workspace, options: BusOptions): string {
  const { auth = [], anonymous = false, serviceStartTimeoutMs = 25_000 } = options;
  const limits = { ...SESSION_LIMITS, service_start_timeout: serviceStartTimeoutMs };
  return [
    '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"',
    ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">',
    '<busconfig>',
    '<type>session</type>',
    `<listen>${listenAddress(workspace, options.address ?? 'unix')}</listen>`,
    ...auth.map((mechanism) => `<auth>${mechanism}</auth>`),
    ...(anonymous ? ['<allow_anonymous/>'] : []),
    `<servicedir>${servicesFolder(workspace)}</servicedir>`,
    '<policy context="default">',
    '<allow send_destination="*" eavesdrop="true"/>',
    '<allow eavesdrop="true"/>',
    '<allow own="*"/>',
    '</policy>',
    ...Object.entries(limits).map(([name, value]) => `<limit name="${name}">${value}</limit>`),
    '</busconfig>',
    '',
  ].join('\n');
}

function listenAddress({ folder }: Workspace, transport: BusTransport): string {
  switch (transport) {
    case 'unix':
      return `unix:path=${folder}/bus`;
    case 'abstract':
      return `unix:abstract=${folder}/bus`;
    case 'tcp':
    case 'nonce-tcp':
      return `${transport}:host=127.0.0.1,port=0,family=ipv4`;
  }
}

function servicesFolder({ folder }: Workspace): string {
  return path.join(folder, 'services');
}

function writeServices(workspace: Workspace, { services = [] }: BusOptions): void {
  mkdirSync(servicesFolder(workspace), { recursive: true });
  for (const { name, exec } of services) {
    const text = `[D-BUS Service]\nName=${name}\nExec=${exec}\n`;
    writeFileSync(path.join(servicesFolder(workspace), `${name}.service`), text);
  }
}
