import assert from 'node:assert/strict';
import { isBusName, isInterfaceName, isObjectPath } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import * as names from '../../src/messages/names.ts';

test('the names of the driver are valid', () => {
  const { BUS_NAME, BUS_PATH, ...interfaces } = names;
  assert.equal(isBusName(BUS_NAME), true);
  assert.equal(isObjectPath(BUS_PATH), true);
  assert.deepEqual(
    Object.values(interfaces).filter((name) => !isInterfaceName(name)),
    [],
  );
});
