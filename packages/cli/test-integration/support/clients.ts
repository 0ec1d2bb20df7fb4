/**
 * Other people's clients, unmodified: each one stores, searches, reads, locks, unlocks and deletes,
 * as far as it can do so at all, in a keyring of its own with the open default collection `login`.
 * What a client prints is compared; one that does not find what it should ends with a code of its own.
 */
import { PYTHON, type Requirement } from '../../../../test-fixtures/src/index.ts';

export interface Client {
  readonly name: string;
  readonly needs: readonly Requirement[];
  readonly command: readonly [program: string, ...args: string[]];
  readonly prints: string;
}

/** secret-tool 0.20.5 crashes in `lock`, on gnome-keyring as well, once the lock is done. */
const SECRET_TOOL = `
printf 'sécret' | secret-tool store --label='Démo' app demo user me
secret-tool lookup app demo user me; echo
secret-tool search app demo 2>&1 | grep -v -e created -e modified | LC_ALL=C sort
secret-tool lock --collection=login 2>/dev/null
secret-tool search app demo 2>/dev/null | grep -c '^secret ='
secret-tool search --unlock app demo 2>/dev/null | grep '^secret ='
secret-tool clear app demo user me
secret-tool lookup app demo user me || echo absent
`;

const SECRET_STORAGE = `
import secretstorage
from jeepney.io.blocking import open_dbus_connection
with open_dbus_connection("SESSION") as connection:
    collection = secretstorage.get_default_collection(connection)
    print(collection.get_label(), collection.is_locked())
    item = collection.create_item("L", {"app": "demo"}, b"\\x00\\xff", True, "application/x")
    found, = secretstorage.search_items(connection, {"app": "demo"})
    print(found.get_label(), found.get_secret(), found.get_secret_content_type())
    collection.lock()
    print(collection.is_locked(), found.is_locked())
    print(found.unlock(), found.is_locked(), found.get_secret())
    found.delete()
    print(list(secretstorage.search_items(connection, {"app": "demo"})))
`;

const PYTHON_KEYRING = `
import keyring, secretstorage
from jeepney.io.blocking import open_dbus_connection
chosen = keyring.get_keyring()
# Where libsecret can be loaded as well, keyring asks one after the other, this one first.
print(type(next(iter(getattr(chosen, "backends", [chosen])))).__module__)
keyring.set_password("service", "me", "pässword")
print(keyring.get_password("service", "me"), keyring.get_credential("service", None).username)
with open_dbus_connection("SESSION") as connection:
    secretstorage.get_default_collection(connection).lock()
print(keyring.get_password("service", "me"))
keyring.set_password("service", "me", "another")
print(keyring.get_password("service", "me"))
keyring.delete_password("service", "me")
print(keyring.get_password("service", "me"))
`;

const DOCKER = `
helper=docker-credential-secretservice
echo '{"ServerURL":"https://r.example","Username":"me","Secret":"s3cret"}' | $helper store
echo https://r.example | $helper get
$helper list
keywire lock
$helper list
keywire unlock
echo https://r.example | $helper get
echo https://r.example | $helper erase
echo https://r.example | $helper get
$helper list
`;

/** One connection for each command: a session ends with its caller, so secrets are put in before. */
const GDBUS = `
service=/org/freedesktop/secrets
call() { path=$1; shift; gdbus call --session --dest org.freedesktop.secrets --object-path "$path" --method "org.freedesktop.Secret.$@"; }
printf s | keywire store --label=L app demo
call $service Service.SearchItems "{'app': 'demo'}"
call $service/collection/login/1 Item.GetSecret $service/session/none 2>&1 | grep -o 'Secret.Error.NoSession'
call $service Service.Lock "['$service/collection/login']"
call $service Service.SearchItems "{'app': 'demo'}"
call $service Service.Unlock "['$service/collection/login']" | grep -o "'$service/prompt/"
keywire unlock
call $service Service.SearchItems "{'app': 'demo'}"
call $service/collection/login/1 Item.Delete
call $service Service.SearchItems "{'app': 'demo'}"
`;

const BUSCTL = `
service=/org/freedesktop/secrets
name=org.freedesktop.Secret
call() { path=$1; shift; face=$1; shift; busctl --user call org.freedesktop.secrets "$path" $name.$face "$@"; }
printf s | keywire store --label=L app demo
call $service Service SearchItems 'a{ss}' 1 app demo
busctl --user get-property org.freedesktop.secrets $service/collection/login/1 $name.Item Label
call $service Service Lock ao 1 $service/collection/login
busctl --user get-property org.freedesktop.secrets $service/collection/login $name.Collection Locked
keywire unlock
busctl --user get-property org.freedesktop.secrets $service/collection/login $name.Collection Locked
call $service/collection/login/1 Item Delete
call $service Service SearchItems 'a{ss}' 1 app demo
`;

/** The API called by hand, by a library that takes one call and gives its reply. */
const BY_HAND = `
SERVICE = "/org/freedesktop/secrets"
_, session = call(SERVICE, "Service.OpenSession", "sv", ("plain", ("s", "")))
secret = (session, b"", b"s3cret", "text/plain")
properties = {
    "org.freedesktop.Secret.Item.Label": ("s", "L"),
    "org.freedesktop.Secret.Item.Attributes": ("a{ss}", {"app": "demo"}),
}
item, prompt = call(
    SERVICE + "/aliases/default", "Collection.CreateItem", "a{sv}(oayays)b", (properties, secret, False)
)
def search():
    return tuple(list(each) for each in call(SERVICE, "Service.SearchItems", "a{ss}", ({"app": "demo"},)))
print(search(), prompt)
((_, _, value, kind),) = call(item, "Item.GetSecret", "o", (session,))
print(bytes(value), kind)
collection = SERVICE + "/collection/login"
locked, prompt = call(SERVICE, "Service.Lock", "ao", ([collection],))
print(list(locked), prompt, search())
unlocked, prompt = call(SERVICE, "Service.Unlock", "ao", ([collection],))
print(list(unlocked), prompt.startswith(SERVICE + "/prompt/"))
prompted(prompt)
print(search())
(prompt,) = call(item, "Item.Delete", "", ())
print(prompt, search())
`;

const BY_HAND_PRINTS = `(['/org/freedesktop/secrets/collection/login/1'], []) /
b's3cret' text/plain
['/org/freedesktop/secrets/collection/login'] / ([], ['/org/freedesktop/secrets/collection/login/1'])
[] True
(['/org/freedesktop/secrets/collection/login/1'], [])
/ ([], [])
`;

const JEEPNEY = `
from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection("SESSION")
def call(path, member, signature, body):
    face, name = member.split(".")
    address = DBusAddress(path, "org.freedesktop.secrets", "org.freedesktop.Secret." + face)
    message = new_method_call(address, name, signature, body) if signature else new_method_call(address, name)
    reply = connection.send_and_get_reply(message)
    assert reply.header.message_type is MessageType.method_return, reply.body
    return reply.body
def prompted(prompt):
    rule = MatchRule(type="signal", path=prompt, member="Completed")
    connection.send_and_get_reply(message_bus.AddMatch(rule))
    with connection.filter(rule) as queue:
        call(prompt, "Prompt.Prompt", "s", ("",))
        assert connection.recv_until_filtered(queue).body[0] is False
`;

const DBUS_PYTHON = `
import dbus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib
DBusGMainLoop(set_as_default=True)
connection = dbus.SessionBus()
def plain(value):
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and value[0] in ("s", "a{ss}"):
        return dbus.Dictionary(value[1], signature="ss") if value[0] == "a{ss}" else dbus.String(value[1])
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value
def native(value):
    return str(value) if isinstance(value, str) else [native(each) for each in value] if isinstance(value, dbus.Array) else value
def call(path, member, signature, body):
    face, name = member.split(".")
    reply = connection.call_blocking(
        "org.freedesktop.secrets", path, "org.freedesktop.Secret." + face, name, signature, tuple(map(plain, body))
    )
    if isinstance(reply, dbus.Struct) and face + name == "ItemGetSecret":
        return (reply,)
    return tuple(map(native, reply)) if isinstance(reply, tuple) else (native(reply),)
def prompted(prompt):
    loop = GLib.MainLoop()
    connection.add_signal_receiver(lambda dismissed, _: loop.quit(), "Completed", path=prompt)
    call(prompt, "Prompt.Prompt", "s", ("",))
    loop.run()
`;

const GIO = `
from gi.repository import Gio, GLib
connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
def plain(value):
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and value[0] in ("s", "a{ss}"):
        return GLib.Variant(value[0], value[1])
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value
def call(path, member, signature, body):
    face, name = member.split(".")
    return connection.call_sync(
        "org.freedesktop.secrets", path, "org.freedesktop.Secret." + face, name,
        GLib.Variant("(" + signature + ")", tuple(map(plain, body))), None, Gio.DBusCallFlags.NONE, -1, None,
    ).unpack()
def prompted(prompt):
    loop = GLib.MainLoop()
    connection.signal_subscribe(
        "org.freedesktop.secrets", None, "Completed", prompt, None, Gio.DBusSignalFlags.NONE, lambda *_: loop.quit()
    )
    call(prompt, "Prompt.Prompt", "s", ("",))
    loop.run()
`;

export const CLIENTS: readonly Client[] = [
  {
    name: 'secret-tool',
    needs: ['secret-tool'],
    command: ['sh', '-c', SECRET_TOOL],
    prints: `sécret
[/1]
attribute.app = demo
attribute.user = me
label = Démo
secret = sécret
0
secret = sécret
absent
`,
  },
  {
    name: 'SecretStorage',
    needs: ['secretstorage'],
    command: [PYTHON, '-I', '-c', SECRET_STORAGE],
    prints: `Login False
L b'\\x00\\xff' application/x
True True
False False b'\\x00\\xff'
[]
`,
  },
  {
    name: 'Python keyring',
    needs: ['python-keyring'],
    command: [PYTHON, '-I', '-c', PYTHON_KEYRING],
    prints: `keyring.backends.SecretService
pässword me
pässword
another
None
`,
  },
  {
    name: 'docker-credential-secretservice',
    needs: ['docker-credential-secretservice'],
    command: ['sh', '-c', DOCKER],
    prints: `{"ServerURL":"https://r.example","Username":"me","Secret":"s3cret"}
{"https://r.example":"me"}
{"https://r.example":"me"}
{"ServerURL":"https://r.example","Username":"me","Secret":"s3cret"}
credentials not found in native keychain
{}
`,
  },
  {
    name: 'gdbus',
    needs: ['gdbus'],
    command: ['sh', '-c', GDBUS],
    prints: `([objectpath '/org/freedesktop/secrets/collection/login/1'], @ao [])
Secret.Error.NoSession
([objectpath '/org/freedesktop/secrets/collection/login'], objectpath '/')
(@ao [], [objectpath '/org/freedesktop/secrets/collection/login/1'])
'/org/freedesktop/secrets/prompt/
([objectpath '/org/freedesktop/secrets/collection/login/1'], @ao [])
(objectpath '/',)
(@ao [], @ao [])
`,
  },
  {
    name: 'busctl',
    needs: ['busctl'],
    command: ['sh', '-c', BUSCTL],
    prints: `aoao 1 "/org/freedesktop/secrets/collection/login/1" 0
s "L"
aoo 1 "/org/freedesktop/secrets/collection/login" "/"
b true
b false
o "/"
aoao 0 0
`,
  },
  {
    name: 'jeepney',
    needs: ['jeepney'],
    command: [PYTHON, '-I', '-c', JEEPNEY + BY_HAND],
    prints: BY_HAND_PRINTS,
  },
  {
    name: 'dbus-python',
    needs: ['dbus-python', 'pygobject'],
    command: [PYTHON, '-I', '-c', DBUS_PYTHON + BY_HAND],
    prints: BY_HAND_PRINTS,
  },
  {
    name: 'GDBus',
    needs: ['pygobject'],
    command: [PYTHON, '-I', '-c', GIO + BY_HAND],
    prints: BY_HAND_PRINTS,
  },
];
