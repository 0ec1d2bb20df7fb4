// A password through @napi-rs/keyring: "set" stores it, "get" prints it. Arguments: verb, service, user.
const { Entry } = require('@napi-rs/keyring');

const [verb, service, user, password] = process.argv.slice(2);
const entry = new Entry(service, user);
if (verb === 'set') entry.setPassword(password);
else require('node:fs').writeSync(1, entry.getPassword());
