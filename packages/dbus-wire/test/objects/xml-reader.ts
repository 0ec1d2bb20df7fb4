import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MAX_XML_DEPTH, MAX_XML_LENGTH, XmlReader } from '../../src/objects/xml-reader.ts';
import { throwsCode } from '../support/expect-error.ts';

function events(text: string): string[] {
  const reader = new XmlReader(text);
  const seen: string[] = [];
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    const attributes =
      event.kind === 'start' ? [...event.attributes].map(([key, value]) => ` ${key}=${value}`) : [];
    seen.push(`${event.kind === 'start' ? '+' : '-'}${event.name}${attributes.join('')}`);
  }
  return seen;
}

test('xml: elements, attributes, text, comments, declaration and DOCTYPE', () => {
  const text = `\ufeff<?xml version="1.0"?>
    <!-- a <comment> -->
    <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
      "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
    <node a='1' b = "x &lt;&gt;&amp;&quot;&apos;"><x/><!-- - -->text<y c='"'></y ></node>
    <!-- end -->`;
  assert.deepEqual(events(text), ['+node a=1 b=x <>&"\'', '+x', '-x', '+y c="', '-y', '-node']);
});

// @rule connection/xml-no-dtd
// @rule connection/xml-entities
for (const text of [
  '<!DOCTYPE a [<!ENTITY b "c">]><a x="&b;"/>',
  '<!DOCTYPE a SYSTEM "x" [ ]><a/>',
  '<a x="&b;"/>',
  '<a x="&#65;"/>',
  '<a x="&lt"/>',
  '<a x="&"/>',
  '<a><![CDATA[x]]></a>',
  '<a><?php x ?></a>',
  '<?php x ?><a/>',
  '',
  'text',
  '<a>',
  '<a></b>',
  '<a></a></a>',
  '<a/><b/>',
  '<a/>text',
  'text<a/>',
  '<a',
  '<a x',
  '<a x=1/>',
  '<a x=1y1/>',
  '<a x="1/>',
  '<a x="1"y="2"/>',
  '<a x="1" x="2"/>',
  '<a x="<"/>',
  '<a / >',
  '< a/>',
  '<1a/>',
  '<a><!-- </a>',
  '<a></a',
]) {
  test(`xml: refused: ${JSON.stringify(text)}`, () => {
    throwsCode(() => events(text), 'protocol');
  });
}

// @rule connection/xml-depth
test('xml: 64 levels are the most', () => {
  assert.deepEqual([MAX_XML_DEPTH, MAX_XML_LENGTH], [64, 4_000_000]);
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  assert.equal(events(nested(MAX_XML_DEPTH)).length, 2 * MAX_XML_DEPTH);
  throwsCode(() => events(nested(MAX_XML_DEPTH + 1)), 'protocol');
});

// @rule connection/xml-size
test('xml: a document that is too long is not looked at', () => {
  const longest = `<a>${' '.repeat(MAX_XML_LENGTH - 7)}</a>`;
  assert.equal(longest.length, MAX_XML_LENGTH);
  assert.equal(events(longest).length, 2);
  throwsCode(() => new XmlReader(`${longest} `), 'protocol');
});

// @rule connection/xml-no-dtd
test('xml: a DOCTYPE that does not end is read once, however long it is', () => {
  throwsCode(() => events(`<!DOCTYPE${' '.repeat(1_000_000)}<node/>`), 'protocol');
  assert.deepEqual(events(`<!DOCTYPE${' '.repeat(1_000_000)}node><node/>`), ['+node', '-node']);
});
