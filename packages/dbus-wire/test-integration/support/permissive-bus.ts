/**
 * A dbus-daemon that lets replies through that nobody asked for, with its built-in limits: what a
 * client has to withstand when the bus does not protect it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startSupervised } from '../../../../test-fixtures/src/supervised.ts';
import { createWorkspace } from '../../../../test-fixtures/src/workspace.ts';

const POLICY = [
  '<allow send_destination="*" eavesdrop="true"/>',
  '<allow eavesdrop="true"/>',
  '<allow own="*"/>',
  ...['method_return', 'error'].flatMap((type) => [
    `<allow send_requested_reply="false" send_type="${type}"/>`,
    `<allow receive_requested_reply="false" receive_type="${type}"/>`,
  ]),
];

export async function bootPermissiveBus(): Promise<AsyncDisposable & { readonly address: string }> {
  const workspace = createWorkspace();
  const config = path.join(workspace.folder, 'permissive.conf');
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${workspace.folder}/bus</listen>
<policy context="default">${POLICY.join('')}</policy></busconfig>\n`,
  );
  const daemon = startSupervised(
    'dbus-daemon',
    '/usr/bin/dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--nosyslog', '--print-address=1'],
    { workspace },
  );
  return {
    address: await daemon.untilReady(daemon.nextLine()),
    [Symbol.asyncDispose]: async () => {
      await daemon.stop();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
