import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseIntrospection } from '../../src/objects/introspection-parse.ts';
import { throwsCode } from '../support/expect-error.ts';

test('introspection: what a document says', () => {
  const node = parseIntrospection(`<node name="/a">
    <interface name="org.example.I">
      <annotation name="x" value="y"/>
      <method name="M">
        <arg name="p" type="a{sv}" direction="in"/>
        <arg type="u" direction="out"/>
        <arg name="q" type="s"/>
        <tp:docstring name="org.freedesktop.DBus.Method.NoReply" value="true">text <b>more</b></tp:docstring>
      </method>
      <method name="Quiet">
        <annotation name="org.freedesktop.DBus.Method.NoReply" value="true"/>
      </method>
      <signal name="S"><arg type="o"/><arg name="n" type="i" direction="out"/></signal>
      <property name="P" type="as" access="readwrite"/>
      <property name="Q" type="u" access="read">
        <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="invalidates"/>
      </property>
      <property name="R" type="u" access="write">
        <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>
      </property>
      <property name="T" type="u" access="read">
        <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>
      </property>
      <property name="U" type="u" access="read">
        <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="true"/>
      </property>
      <future name="F"><deep/></future>
    </interface>
    <node name="child"/>
    <unknown><interface name="not.Ours"/></unknown>
  </node>`);
  assert.deepEqual(node, {
    name: '/a',
    interfaces: [
      {
        name: 'org.example.I',
        methods: {
          M: { in: 'a{sv}s', out: 'u', inNames: ['p', 'q'], outNames: [''] },
          Quiet: { in: '', out: '', inNames: [], outNames: [], noReply: true },
        },
        signals: { S: { args: 'oi', argNames: ['', 'n'] } },
        properties: {
          P: { type: 'as', access: 'readwrite' },
          Q: { type: 'u', access: 'read', emitsChanged: 'invalidates' },
          R: { type: 'u', access: 'write', emitsChanged: 'const' },
          T: { type: 'u', access: 'read', emitsChanged: 'false' },
          U: { type: 'u', access: 'read' },
        },
      },
    ],
    nodes: [{ name: 'child', interfaces: [], nodes: [] }],
  });
});

test('introspection: a member called __proto__ is a member like others', () => {
  const [description] = parseIntrospection(
    '<node><interface name="a.b"><method name="__proto__"/></interface></node>',
  ).interfaces;
  assert.deepEqual(Object.keys(description?.methods ?? {}), ['__proto__']);
  assert.equal(Object.getPrototypeOf(description?.methods), Object.prototype);
});

// @rule connection/introspection-names
// @rule connection/introspection-types
for (const inner of [
  '<node name="a b"/>',
  '<node name="/a/"/>',
  '<interface/>',
  '<interface name="nodots"/>',
  '<interface name="a.b"><method/></interface>',
  '<interface name="a.b"><method name="a.b"/></interface>',
  '<interface name="a.b"><signal name="1"/></interface>',
  '<interface name="a.b"><method name="M"><arg/></method></interface>',
  '<interface name="a.b"><method name="M"><arg type="ss"/></method></interface>',
  '<interface name="a.b"><method name="M"><arg type="a"/></method></interface>',
  '<interface name="a.b"><property name="P" access="read"/></interface>',
  '<interface name="a.b"><property name="P" type="s"/></interface>',
  '<interface name="a.b"><property name="P" type="s" access="rw"/></interface>',
  `<interface name="a.b"><signal name="S">${'<arg type="s"/>'.repeat(256)}</signal></interface>`,
]) {
  test(`introspection: refused: ${inner.slice(0, 70)}`, () => {
    throwsCode(() => parseIntrospection(`<node>${inner}</node>`), 'protocol');
  });
}

test('introspection: a document of something else', () => {
  throwsCode(() => parseIntrospection('<html/>'), 'protocol');
  throwsCode(() => parseIntrospection('<node/><node/>'), 'protocol');
});

test('introspection: what is no text is told', () => {
  const told = /^TypeError: introspection: expected a string/;
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => parseIntrospection(undefined), told);
});
