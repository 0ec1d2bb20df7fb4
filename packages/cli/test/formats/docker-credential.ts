import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  DOCKER_LIST_QUERY,
  dockerAttributes,
  dockerQuery,
  formatDockerCredentials,
  formatDockerList,
  parseDockerStore,
} from '../../src/formats/docker-credential.ts';

const CREDENTIALS = { serverUrl: 'https://r/v1/', username: 'u', secret: 's' };

test('parseDockerStore: names in any case, lines joined', () => {
  for (const text of [
    '{"ServerURL":"https://r/v1/","Username":"u","Secret":"s"}',
    '{"serverurl":"https://r/v1/",\n"username":"u","SECRET":"s","More":1}\n',
  ]) {
    assert.deepEqual(parseDockerStore(text), { kind: 'credentials', credentials: CREDENTIALS });
  }
});

test('parseDockerStore: what is missing is said in the words that Docker knows', () => {
  for (const [text, message] of [
    ['{"Username":"u","Secret":"s"}', 'no credentials server URL'],
    ['{"ServerURL":"","Username":"u"}', 'no credentials server URL'],
    ['{"ServerURL":"x","Secret":"s"}', 'no credentials username'],
    ['hunter2', 'expected JSON with ServerURL, Username and Secret'],
    ['', 'expected JSON with ServerURL, Username and Secret'],
    ['["a"]', 'expected JSON with ServerURL, Username and Secret'],
    ['null', 'expected JSON with ServerURL, Username and Secret'],
    ['{"ServerURL":1,"Username":"u"}', 'expected ServerURL, Username and Secret to be strings'],
    ['{"ServerURL":"x","Username":1}', 'expected ServerURL, Username and Secret to be strings'],
    [
      '{"ServerURL":"x","Username":"u","Secret":["s"]}',
      'expected ServerURL, Username and Secret to be strings',
    ],
  ] as const) {
    assert.deepEqual(parseDockerStore(text), { kind: 'refused', message }, text);
  }
});

test('formatDockerCredentials and formatDockerList: as Go writes JSON', () => {
  assert.equal(
    formatDockerCredentials({ ...CREDENTIALS, username: '<token>', secret: 'a&b\u2028"' }),
    '{"ServerURL":"https://r/v1/","Username":"\\u003ctoken\\u003e","Secret":"a\\u0026b\\u2028\\""}\n',
  );
  assert.equal(formatDockerList(new Map()), '{}\n');
  const accounts = new Map([
    ['b', 'u2'],
    ['ab', 'u3'],
    ['a', 'u1'],
    ['ü', 'u4'],
  ]);
  assert.equal(formatDockerList(accounts), '{"a":"u1","ab":"u3","b":"u2","ü":"u4"}\n');
});

test('the attributes are those of docker-credential-secretservice, and the queries find them', () => {
  const attributes = dockerAttributes(CREDENTIALS);
  assert.deepEqual(Object.fromEntries(attributes), {
    label: 'Docker Credentials',
    server: 'https://r/v1/',
    username: 'u',
    docker_cli: '1',
    'xdg:schema': 'io.docker.Credentials',
  });
  for (const query of [dockerQuery('https://r/v1/'), DOCKER_LIST_QUERY]) {
    for (const [name, value] of query) assert.equal(attributes.get(name), value);
  }
});
