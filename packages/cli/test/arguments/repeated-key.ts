import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { repeatedKey } from '../../src/arguments/repeated-key.ts';

test('repeatedKey: names the first key that stands twice in one object, and its place', () => {
  for (const [json, place] of [
    ['{"rules":[],"otherwise":"refuse","otherwise":"allow"}', 'otherwise'],
    [
      '{"rules":[{},{"decision":"refuse", "kinds":["read"] , "decision" : "allow"}]}',
      'rules[1].decision',
    ],
    ['[[1,2],["a","b",{"x":{"y":{}, "y":1}}]]', '[1][2].x.y'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a\\"b":"{","a\\"b":1}', 'a"b'],
    ['{"":1,\n"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":{"b":1},"b":2,"a\\\\":"\\\\","a":3}', 'a'],
  ] as const) {
    assert.doesNotThrow(() => JSON.parse(json));
    assert.equal(repeatedKey(json), place, json);
  }
});

test('repeatedKey: a key of another object, and a value that reads like one, are none', () => {
  for (const json of [
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2},"a","a"]}',
    '{"a":"b","b":"a","c":"\\"a\\":"}',
    '["a","a"]',
    '"a"',
    '1',
    ' {"a":1} \n',
    '{}',
  ]) {
    assert.doesNotThrow(() => JSON.parse(json));
    assert.equal(repeatedKey(json), undefined, json);
  }
});

test('repeatedKey: nothing that JSON.stringify writes has one, until it is written twice', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
      const json = JSON.stringify(value);
      assert.equal(repeatedKey(json), undefined);
      assert.equal(repeatedKey(JSON.stringify(value, null, '\t')), undefined);
      const [key = ''] = Object.keys(value);
      const twice = `[${json.slice(0, -1)},${JSON.stringify(key)} :0}]`;
      assert.equal(repeatedKey(twice), `[0].${key}`);
    }),
  );
});
