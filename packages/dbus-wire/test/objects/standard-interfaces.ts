import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isInterfaceName, isMemberName } from '../../src/codec/names.ts';
import { splitSignature } from '../../src/codec/split-signature.ts';
import {
  INTROSPECTABLE,
  OBJECT_MANAGER,
  PEER,
  PROPERTIES,
} from '../../src/objects/standard-interfaces.ts';
import type { InterfaceDescription } from '../../src/types/interface-description.ts';

const ALL: readonly InterfaceDescription[] = [PEER, INTROSPECTABLE, PROPERTIES, OBJECT_MANAGER];

test('standard interfaces: valid names, and a name for each argument', () => {
  for (const { name, methods = {}, signals = {} } of ALL) {
    assert.ok(isInterfaceName(name));
    for (const [member, method] of Object.entries(methods)) {
      assert.ok(isMemberName(member));
      assert.equal(splitSignature(method.in ?? '').length, method.inNames?.length ?? 0, member);
      assert.equal(splitSignature(method.out ?? '').length, method.outNames?.length ?? 0, member);
    }
    for (const [member, signal] of Object.entries(signals)) {
      assert.equal(splitSignature(signal.args ?? '').length, signal.argNames?.length ?? 0, member);
    }
  }
});
