/** Started by a bus: claims its name, and answers one kind of call until the bus is gone. */
import process from 'node:process';
import { connect } from '../../src/io/connect.ts';

const address = process.env['DBUS_STARTER_ADDRESS'];
const connection = await connect(address === undefined ? {} : { address });
connection.export('/x', { handleCall: () => ({ signature: 's', body: ['activated'] }) });
await connection.requestName('org.example.Activated');
await connection.closed;
