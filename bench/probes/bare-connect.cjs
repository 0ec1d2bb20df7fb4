// The least that any client does: a socket to the bus, opened and closed.
const { connect } = require('node:net');

const [, socketPath] = /path=([^,;]+)/.exec(process.env.DBUS_SESSION_BUS_ADDRESS);
const socket = connect(socketPath, () => socket.destroy());
