/**
 * Other people's D-Bus libraries on the embedded bus: libdbus, GLib, sd-bus and jeepney own names,
 * call each other, get signals and watch the traffic.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { type Connection, connect } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { PYTHON, type Requirement, requires, run } from '../../../test-fixtures/src/index.ts';
import { startMessageBus } from '../src/index.ts';

const NAME = 'org.example.Answers';
const PATH = '/org/example/Answers';

/** Serves one method, which gives back its text and adds a signal to it. */
async function startService(address: string): Promise<Connection> {
  const connection = await connect({ address });
  connection.export(PATH, {
    handleCall: async ({ body }) => {
      await connection.emit({
        path: PATH,
        interface: NAME,
        member: 'Asked',
        signature: 's',
        body: [body[0]],
      });
      return { signature: 's', body: [`${body[0]}!`] };
    },
  });
  await connection.requestName(NAME);
  return connection;
}

function environment(address: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    DBUS_SESSION_BUS_ADDRESS: address,
  };
}

const DBUS_PYTHON = `
import dbus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib
DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
loop = GLib.MainLoop()
heard = []
bus.add_signal_receiver(lambda text: (heard.append(str(text)), loop.quit()), "Asked", "${NAME}", "${NAME}")
print(bus.call_blocking("${NAME}", "${PATH}", "${NAME}", "Ask", "s", ("héllo",)))
loop.run()
print(heard, bus.request_name("org.example.Mine"), bus.get_name_owner("org.example.Mine") == bus.get_unique_name())
print(bus.release_name("org.example.Mine"), bus.name_has_owner("org.example.Mine"))
try:
    bus.call_blocking("org.example.Nobody", "/", "a.b", "C", "", ())
except dbus.DBusException as error:
    print(error.get_dbus_name())
`;

const GIO = `
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
loop = GLib.MainLoop()
heard = []
def asked(connection, sender, path, face, member, arguments):
    heard.append(arguments.unpack()[0])
    loop.quit()
bus.signal_subscribe("${NAME}", "${NAME}", "Asked", "${PATH}", None, Gio.DBusSignalFlags.NONE, asked)
def call(name, path, face, member, arguments):
    return bus.call_sync(name, path, face, member, arguments, None, Gio.DBusCallFlags.NONE, -1, None).unpack()
print(*call("${NAME}", "${PATH}", "${NAME}", "Ask", GLib.Variant("(s)", ("héllo",))))
loop.run()
def driver(member, *arguments):
    signature = "(" + "".join("u" if isinstance(each, int) else "s" for each in arguments) + ")"
    return call("org.freedesktop.DBus", "/", "org.freedesktop.DBus", member, GLib.Variant(signature, arguments))[0]
print(heard, driver("RequestName", "org.example.Mine", 0), driver("GetNameOwner", "org.example.Mine") == bus.get_unique_name())
print(driver("ReleaseName", "org.example.Mine"), driver("NameHasOwner", "org.example.Mine"))
try:
    call("org.example.Nobody", "/", "a.b", "C", None)
except GLib.Error as error:
    print(Gio.DBusError.get_remote_error(error))
`;

const JEEPNEY = `
from jeepney import DBusAddress, HeaderFields, MatchRule, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection("SESSION")
def call(message):
    return connection.send_and_get_reply(message)
rule = MatchRule(type="signal", interface="${NAME}", member="Asked", path="${PATH}")
call(message_bus.AddMatch(rule))
with connection.filter(rule) as queue:
    print(*call(new_method_call(DBusAddress("${PATH}", "${NAME}", "${NAME}"), "Ask", "s", ("héllo",))).body)
    heard = list(connection.recv_until_filtered(queue).body)
asked, = call(message_bus.RequestName("org.example.Mine")).body
owner, = call(message_bus.GetNameOwner("org.example.Mine")).body
print(heard, asked, owner == connection.unique_name)
released, = call(message_bus.ReleaseName("org.example.Mine")).body
print(released, bool(call(message_bus.NameHasOwner("org.example.Mine")).body[0]))
reply = call(new_method_call(DBusAddress("/", "org.example.Nobody", "a.b"), "C"))
print(reply.header.fields[HeaderFields.error_name])
`;

const PRINTS = `héllo!
['héllo'] 1 True
1 False
org.freedesktop.DBus.Error.ServiceUnknown
`;

const BUSCTL = `
busctl --user call ${NAME} ${PATH} ${NAME} Ask s hello
busctl --user list --no-legend --unique | grep -c '^:1'
busctl --user list --no-legend --acquired | grep -o '^[a-zA-Z.]*'
busctl --user call org.example.Nobody / a.b C 2>&1 | head -n 1
busctl --user introspect org.freedesktop.DBus /org/freedesktop/DBus --no-legend | grep -c '^org'
`;

const BUSCTL_PRINTS = `s "hello!"
2
org.example.Answers
org.freedesktop.DBus
Call failed: the name org.example.Nobody is not owned and cannot be started
5
`;

const GDBUS = `
gdbus call --session --dest ${NAME} --object-path ${PATH} --method ${NAME}.Ask héllo
gdbus wait --session --timeout 5 ${NAME} && echo there
gdbus call --session --dest org.example.Nobody --object-path / --method a.b.C 2>&1 | grep -o 'DBus.Error.[A-Z][A-Za-z]*'
`;

const GDBUS_PRINTS = `('héllo!',)
there
DBus.Error.ServiceUnknown
`;

const CLIENTS: readonly (readonly [string, readonly Requirement[], readonly string[], string])[] = [
  ['libdbus', ['dbus-python', 'pygobject'], [PYTHON, '-I', '-c', DBUS_PYTHON], PRINTS],
  ['GLib', ['pygobject'], [PYTHON, '-I', '-c', GIO], PRINTS],
  ['jeepney', ['jeepney'], [PYTHON, '-I', '-c', JEEPNEY], PRINTS],
  ['sd-bus', ['busctl'], ['sh', '-c', BUSCTL], BUSCTL_PRINTS],
  ['gdbus', ['gdbus'], ['sh', '-c', GDBUS], GDBUS_PRINTS],
];

for (const [name, needs, [program = '', ...args], prints] of CLIENTS) {
  const missing = requires(...needs);
  if (missing !== undefined) {
    test.skip(`on the embedded bus: ${name}`, missing);
    continue;
  }
  test(`on the embedded bus: ${name}`, async () => {
    await using bus = await startMessageBus();
    const service = await startService(bus.address);
    const result = await run(program, args, { env: environment(bus.address) });
    assert.equal(new TextDecoder().decode(result.stdout), prints, result.stderr);
    assert.equal(result.code, 0, result.stderr);
    await service.close();
  });
}

const MONITORS: readonly (readonly [string, Requirement, readonly string[], RegExp])[] = [
  ['busctl monitor', 'busctl', ['/usr/bin/busctl', '--user', 'monitor'], /Member=(\w+)/u],
  ['dbus-monitor', 'dbus-daemon', ['/usr/bin/dbus-monitor', '--session'], /member=(\w+)/u],
];

for (const [name, needs, [program = '', ...args], member] of MONITORS) {
  const missing = requires(needs);
  if (missing !== undefined) {
    test.skip(`${name} sees the traffic`, missing);
    continue;
  }
  test(`${name} sees the traffic`, async () => {
    await using bus = await startMessageBus();
    const service = await startService(bus.address);
    const caller = await connect({ address: bus.address });
    const departures = caller.signals({
      type: 'signal',
      sender: 'org.freedesktop.DBus',
      member: 'NameOwnerChanged',
      arg2: '',
    });
    await departures.ready;
    const monitor = spawn(program, args, {
      env: environment(bus.address),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(monitor, 'close');
    // Whoever becomes a monitor loses its unique name, and stays connected.
    for await (const { body } of departures) {
      assert.match(String(body[0]), /^:1\.\d+$/u);
      break;
    }
    const seen: string[] = [];
    const watching = (async () => {
      for await (const line of createInterface({ input: monitor.stdout })) {
        const [, found] = member.exec(line) ?? [];
        if (found !== undefined) seen.push(found);
        if (found === 'Last') return;
      }
    })();
    await caller.call({
      destination: NAME,
      path: PATH,
      interface: NAME,
      member: 'Ask',
      signature: 's',
      body: ['x'],
    });
    await caller.emit({ path: PATH, interface: NAME, member: 'Last', signature: '', body: [] });
    await watching;
    assert.deepEqual(
      seen.filter((each) => ['Ask', 'Asked', 'Last'].includes(each)),
      ['Ask', 'Asked', 'Last'],
    );
    monitor.kill();
    await closed;
    await Promise.all([caller.close(), service.close()]);
  });
}
