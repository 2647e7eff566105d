// SPDX-License-Identifier: Apache-2.0
// `linnet connect` against the server of `ws`.
'use strict';
const assert = require('node:assert/strict');
const {once} = require('node:events');
const {writeFileSync} = require('node:fs');
const {join} = require('node:path');
const {WebSocketServer} = require('ws');
const {Events, assertSame, asciiText, binary, kWork, messages, multiByteText, test} = require('./harness.js');

/** A server of `ws`; `url`, and accept() for each client in turn. It ends with its case. */
async function listen(scope, options = {}) {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, ...options});
  scope.atEnd(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const accepted = [];
  let waiting = null;
  server.on('connection', (socket, request) => {
    accepted.push({events: new Events(socket), request});
    waiting?.();
  });
  await once(server, 'listening');
  const accept = async () => {
    while (accepted.length === 0) await new Promise((resolve) => (waiting = resolve));
    return accepted.shift();
  };
  return {url: `ws://127.0.0.1:${server.address().port}/`, accept};
}

/** linnet connect with these arguments, open; `peer` is the server's end. */
async function connected(scope, args, {server = {}, environment = {}} = {}) {
  const {url, accept} = await listen(scope, server);
  const client = scope.connectWith(environment, url, ...args);
  const {events, request} = await accept();
  return {client, peer: events, request, url};
}

async function closes(peer, code, reason = '') {
  const end = await peer.next('close');
  assert.deepEqual({code: end.code, reason: end.reason}, {code, reason});
}

const events = (client) => client.lines.map((line) => JSON.parse(line));

test('linnet connect --echo: every size comes back from it, as text and binary', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--format', 'raw', '--quiet']);
  for (const {name, data, isBinary} of messages()) {
    peer.socket.send(data, {binary: isBinary});
    assertSame(await peer.next('message'), data, isBinary, name);
  }
  peer.socket.close(1000);
  await closes(peer, 1000);
  await client.exits(0);
});

test('linnet connect --echo: fragments with a ping between', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--quiet', '--format', 'raw']);
  for (const {name, data, isBinary} of messages()) {
    const third = Math.floor(data.length / 3);
    peer.socket.send(data.subarray(0, third), {binary: isBinary, fin: false});
    peer.socket.ping(`between ${name}`);
    peer.socket.send(Buffer.alloc(0), {fin: false});
    peer.socket.send(data.subarray(third), {fin: true});
    assert.equal((await peer.next('pong')).data.toString(), `between ${name}`);
    assertSame(await peer.next('message'), data, isBinary, `${name} in fragments`);
  }
  peer.socket.close(1001);
  await client.exits(0);
});

test('linnet connect --echo: 10,000 messages at once come back in order', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--quiet', '--format', 'raw']);
  for (let i = 0; i < 10_000; ++i) peer.socket.send(i % 2 ? `message ${i}` : Buffer.from(`message ${i}`));
  for (let i = 0; i < 10_000; ++i) assert.equal((await peer.next('message')).data.toString(), `message ${i}`);
  peer.socket.close(1000);
  await client.exits(0);
});

test('linnet connect: each ping is answered with its payload, in order', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--format', 'jsonl']);
  const payloads = [Buffer.alloc(0), Buffer.from('x'), binary(124), binary(125)];
  for (let i = 0; i < 46; ++i) payloads.push(Buffer.from(`ping ${i}`));
  for (const payload of payloads) peer.socket.ping(payload);
  for (const payload of payloads) assert.deepEqual((await peer.next('pong')).data, payload);
  peer.socket.close(1000);
  await client.exits(0);
  assert.equal(events(client).filter(({event}) => event === 'ping').length, payloads.length);
});

test('linnet connect --ping-interval: pings, and measures the round trip', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--format', 'jsonl', '--ping-interval', '0.1']);
  for (let i = 0; i < 3; ++i) await peer.next('ping');
  await client.until(() => client.out.includes('"pong"'), 'a pong was reported');
  peer.socket.close(1000);
  await client.exits(0);
  const trips = events(client).filter(({event}) => event === 'pong').map(({rtt_ms: trip}) => trip);
  for (const trip of trips) assert.ok(trip > 0 && trip < 10_000, `${trip} ms`);
});

test('linnet connect --format jsonl: every event as it was', async (scope) => {
  const {client, peer, url} = await connected(scope, ['--echo', '--format', 'jsonl', '--subprotocol', 'chat'], {
    server: {handleProtocols: () => 'chat'},
  });
  const texts = ['', 'plain', '"quotes" \\ / and \t\r\n', '\u0000\u0001\u001f\u007f', '\u2028\u2029\ufeff'];
  texts.push('\u{1f54a}\u{10ffff}', multiByteText(65536));
  const expected = [{event: 'open', url, subprotocol: 'chat', deflate: false, link: 'tcp'}];
  for (const data of texts) {
    peer.socket.send(data);
    expected.push({event: 'message', type: 'text', data});
  }
  for (const size of [0, 1, 2, 3, 255, 65536]) {
    peer.socket.send(binary(size));
    expected.push({event: 'message', type: 'binary', data_base64: binary(size).toString('base64')});
  }
  peer.socket.ping();
  expected.push({event: 'ping'});
  for (let i = 0; i < texts.length + 6; ++i) await peer.next('message');
  await peer.next('pong');
  peer.socket.close(4999, 'good \u{1f54a} "bye"');
  expected.push({event: 'close', code: 4999, reason: 'good \u{1f54a} "bye"', clean: true});
  await client.exits(0);
  assert.deepEqual(events(client), expected);
});

test('linnet connect: text and raw format', async (scope) => {
  const shown = {
    text: Buffer.from('first\nbinary 300 bytes\n\nlast\n'),
    raw: Buffer.concat([Buffer.from('first'), binary(300), Buffer.from('last')]),
  };
  for (const [format, expected] of Object.entries(shown)) {
    const {client, peer} = await connected(scope, ['--receive', '4', '--format', format, '--quiet']);
    for (const message of ['first', binary(300), '', 'last']) peer.socket.send(message);
    await closes(peer, 1000);
    await client.exits(0);
    assert.deepEqual(client.out, expected);
    assert.equal(client.err, '');
  }
});

test('linnet connect: lines of stdin are messages, the end of the file closes with 1000', async (scope) => {
  const {client, peer} = await connected(scope, []);
  const lines = ['first', '', 'caf\u00e9 \u{1f54a}', asciiText(100_000), 'no line feed at the end'];
  const bytes = Buffer.from(lines.join('\n'));
  client.child.stdin.write(bytes.subarray(0, 3));
  await new Promise((resolve) => setImmediate(resolve));
  client.child.stdin.write(bytes.subarray(3, 16));  // ends inside a character
  client.child.stdin.end(bytes.subarray(16));
  for (const line of lines) assertSame(await peer.next('message'), Buffer.from(line), false, line.slice(0, 30));
  await closes(peer, 1000);
  await client.exits(0);
});

test('linnet connect: 10,000 lines of stdin, and each comes back', async (scope) => {
  const {client, peer} = await connected(scope, ['--receive', '10000', '--quiet']);
  const lines = Array.from({length: 10_000}, (_, i) => `line ${i}`);
  client.child.stdin.end(lines.join('\n') + '\n');
  for (const line of lines) {
    assert.equal((await peer.next('message')).data.toString(), line);
    peer.socket.send(line);
  }
  await closes(peer, 1000);
  await client.exits(0);
  assert.deepEqual(client.lines, lines);
});

test('linnet connect: a conversation, line by line', async (scope) => {
  const {client, peer} = await connected(scope, ['--quiet']);
  for (let i = 0; i < 20; ++i) {
    client.child.stdin.write(`question ${i}\n`);
    assert.equal((await peer.next('message')).data.toString(), `question ${i}`);
    peer.socket.send(`answer ${i}`);
    await client.until(() => client.lines.length > i, `answer ${i}`);
    assert.equal(client.lines[i], `answer ${i}`);
  }
  client.child.stdin.end();
  await closes(peer, 1000);
  await client.exits(0);
});

test('linnet connect: --send and --send-file, in the order given', async (scope) => {
  const file = join(kWork, 'text');
  writeFileSync(file, multiByteText(5_000_000));
  const {client, peer} = await connected(scope, ['--send', 'first', '--send-file', file, '--send', '', '--send', 'last']);
  for (const text of ['first', multiByteText(5_000_000), '', 'last']) {
    assertSame(await peer.next('message'), Buffer.from(text), false, text.slice(0, 30));
  }
  await closes(peer, 1000);
  await client.exits(0);
});

test('linnet connect: --send-file --binary, every size', async (scope) => {
  const args = ['--binary'];
  const expected = [...messages()].filter(({isBinary}) => isBinary);
  for (const [i, {data}] of expected.entries()) {
    const file = join(kWork, `binary ${i}`);
    writeFileSync(file, data);
    args.push('--send-file', file);
  }
  const {client, peer} = await connected(scope, args);
  for (const {name, data} of expected) assertSame(await peer.next('message'), data, true, name);
  await closes(peer, 1000);
  await client.exits(0);
});

test('linnet connect --receive: closes with 1000 after so many, and shows no more', async (scope) => {
  const {client, peer} = await connected(scope, ['--receive', '3', '--send', 'go', '--quiet']);
  assert.equal((await peer.next('message')).data.toString(), 'go');
  for (let i = 0; i < 10; ++i) peer.socket.send(`message ${i}`);
  await closes(peer, 1000);
  await client.exits(0);
  assert.deepEqual(client.lines, ['message 0', 'message 1', 'message 2']);
});

test('linnet connect --receive: a server that closes too early, or falls silent, is a failure', async (scope) => {
  const early = await connected(scope, ['--receive', '2']);
  early.peer.socket.send('one');
  early.peer.socket.close(1000);
  await early.client.exits(1);
  assert.match(early.client.lastError, /closed with 1000 .*after 1 of 2/);

  const silent = await connected(scope, ['--receive', '2', '--timeout', '0.5']);
  silent.peer.socket.send('one');
  await silent.client.exits(1);
  assert.match(silent.client.lastError, /127\.0\.0\.1.*no message for 0\.5 s.*1 of 2/);
});

const kCloses = [[1000, ''], [1001, 'leaving'], [1011, 'broken'], [1012, ''], [3000, 'a library'], [4999, '\u{1f54a}'.repeat(30)]];
for (const [code, reason] of [...kCloses, [undefined, undefined]]) {
  test(`linnet connect: the server closes with ${code ?? 'no code'}`, async (scope) => {
    const {client, peer} = await connected(scope, ['--echo', '--format', 'jsonl']);
    peer.socket.close(code, reason);
    await closes(peer, code ?? 1005, '');
    await client.exits(0);
    assert.deepEqual(events(client).at(-1), {event: 'close', code: code ?? 1005, reason: reason ?? '', clean: true});
  });
}

test('linnet connect: a server that dies without a close frame is a failure, 1006', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--format', 'jsonl']);
  peer.socket.terminate();
  await client.exits(1);
  assert.deepEqual(events(client).at(-1), {event: 'close', code: 1006, reason: '', clean: false});
  assert.equal(events(client).at(-2).event, 'error');
  assert.match(client.lastError, /127\.0\.0\.1.*1006/);
});

test('linnet connect: a message over --max-message is answered with 1009', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo', '--max-message', '1000']);
  peer.socket.send(binary(1000));
  assertSame(await peer.next('message'), binary(1000), true, '1000 bytes');
  peer.socket.send(binary(1001));
  assert.equal((await peer.next('close')).code, 1009);
  await client.exits(1);
  assert.match(client.lastError, /1009.*--max-message/);
});

test('linnet connect: subprotocols', async (scope) => {
  const offer = ['--echo', '--subprotocol', 'chat', '--subprotocol', 'superchat'];
  for (const choice of ['chat', 'superchat', false]) {
    let offered;
    const handleProtocols = (names) => {
      offered = [...names];
      return choice;
    };
    const {client, peer} = await connected(scope, [...offer, '--format', 'jsonl'], {server: {handleProtocols}});
    assert.deepEqual(offered, ['chat', 'superchat']);
    peer.socket.close(1000);
    await client.exits(0);
    assert.equal(events(client)[0].subprotocol, choice || '');
  }
  const {url} = await listen(scope, {handleProtocols: () => 'never-offered'});
  const client = scope.connect(url, ...offer);
  await client.exits(1);
  assert.match(client.lastError, /subprotocol that was not offered/);
});

test('linnet connect: works with a server that would compress', async (scope) => {
  const options = {server: {perMessageDeflate: true}};
  const {client, peer} = await connected(scope, ['--echo', '--quiet', '--format', 'raw'], options);
  assert.equal(peer.socket.extensions, '');
  peer.socket.send(asciiText(100_000));
  assertSame(await peer.next('message'), Buffer.from(asciiText(100_000)), false, 'echo');
  peer.socket.close(1000);
  await client.exits(0);
});

test('linnet connect: fields of the request; secrets are not shown', async (scope) => {
  const args = ['--echo', '--log-level', 'trace', '--header', 'X-Device: 42', '--header', 'Origin: https://a.example'];
  const environment = {LINNET_AUTHORIZATION: 'Bearer s3cr3t-token'};
  const {client, request, peer, url} = await connected(scope, args, {environment});
  assert.equal(request.headers['x-device'], '42');
  assert.equal(request.headers.origin, 'https://a.example');
  assert.equal(request.headers.authorization, 'Bearer s3cr3t-token');
  assert.equal(request.headers.host, new URL(url).host);
  peer.socket.close(1000);
  await client.exits(0);
  assert.doesNotMatch(client.err + client.out, /s3cr3t/);

  const {url: other, accept} = await listen(scope);
  const withUser = other.replace('//', '//me:pass%40word@') + 'path?query=1';
  const user = scope.connect(withUser, '--echo', '--format', 'jsonl', '--log-level', 'trace');
  const second = await accept();
  assert.equal(second.request.headers.authorization, `Basic ${Buffer.from('me:pass@word').toString('base64')}`);
  assert.equal(second.request.url, '/path?query=1');
  second.events.socket.close(1000);
  await user.exits(0);
  assert.doesNotMatch(user.err + user.out, /pass%40word|pass@word|bWU6cGFzc0B3b3Jk/);
});

for (const [signal, code] of [['SIGINT', 1000], ['SIGTERM', 1001]]) {
  test(`linnet connect: ${signal} closes with ${code} and is no failure`, async (scope) => {
    for (const args of [['--echo'], [], ['--receive', '5']]) {
      const {client, peer} = await connected(scope, args);
      peer.socket.send('hello');
      await client.until(() => client.lines.length > 0, 'it was open');
      client.kill(signal);
      await closes(args.includes('--echo') ? await pastEcho(peer) : peer, code);
      await client.exits(0);
    }
  });
}

async function pastEcho(peer) {
  await peer.next('message');
  return peer;
}

test('linnet connect: SIGINT while a server does not answer', async (scope) => {
  const {client, peer} = await connected(scope, ['--echo']);
  await client.until(() => client.err.includes('open'), 'it was open');
  peer.socket.pause();
  client.kill('SIGINT');
  await client.exits(0);  // after close_timeout
});
