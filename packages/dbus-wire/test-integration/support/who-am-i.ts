/** Connects to the bus given as argument, and prints our user id and unique name. */
import process from 'node:process';
import { connect } from '../../src/io/connect.ts';

const [address] = process.argv.slice(2);
const connection = await connect(address === undefined ? {} : { address });
console.log(process.getuid?.(), connection.uniqueName, 'done');
await connection.close();
