// SPDX-License-Identifier: Apache-2.0
// The client of `ws` against `linnet serve`.
'use strict';
const assert = require('node:assert/strict');
const {once} = require('node:events');
const {WebSocket} = require('ws');
const {Events, asciiText, assertSame, binary, messages, multiByteText, test} = require('./harness.js');

/** A client that is open, and ends with its case. It offers permessage-deflate, as `ws` does by default. */
async function open(scope, url, protocols = [], options = {}) {
  const socket = new WebSocket(url, protocols, options);
  scope.atEnd(() => socket.terminate());
  const events = new Events(socket);
  await once(socket, 'open');
  return events;
}

/** The status and the body with which a handshake is refused. */
async function refusal(url, options = {}) {
  const socket = new WebSocket(url, [], options);
  const [request, response] = await once(socket, 'unexpected-response');
  let body = '';
  for await (const part of response) body += part;
  request.destroy();
  return {status: response.statusCode, headers: response.headers, body};
}

async function echo(peer, data, isBinary, what) {
  peer.socket.send(data, {binary: isBinary});
  assertSame(await peer.next('message'), data, isBinary, what);
}

test('ws client: every size comes back, as text and binary', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  assert.equal(peer.socket.extensions, '');
  for (const {name, data, isBinary} of messages()) await echo(peer, data, isBinary, name);
  peer.socket.close(1000);
  assert.equal((await peer.next('close')).code, 1000);
});

test('ws client: fragments with a ping between', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  for (const {name, data, isBinary} of messages()) {
    // Cuts fall inside characters; the third fragment is empty.
    const cuts = [0, Math.floor(data.length / 3), data.length - 1, data.length - 1, data.length].map((cut) => Math.max(cut, 0));
    for (let i = 0; i + 1 < cuts.length; ++i) {
      peer.socket.send(data.subarray(cuts[i], cuts[i + 1]), {binary: isBinary, fin: i + 2 === cuts.length});
      if (i === 1) peer.socket.ping(`between ${name}`);
    }
    assert.equal((await peer.next('pong')).data.toString(), `between ${name}`);
    assertSame(await peer.next('message'), data, isBinary, `${name} in fragments`);
  }
  // One byte a frame.
  const data = Buffer.from(multiByteText(1000));
  for (let i = 0; i < data.length; ++i) peer.socket.send(data.subarray(i, i + 1), {binary: false, fin: i + 1 === data.length});
  assertSame(await peer.next('message'), data, false, 'one byte a frame');
});

test('ws client: each ping is answered with its payload, in order', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  const payloads = [Buffer.alloc(0), Buffer.from('x'), binary(124), binary(125)];
  for (let i = 0; i < 46; ++i) payloads.push(Buffer.from(`ping ${i}`));
  for (const payload of payloads) peer.socket.ping(payload);
  for (const payload of payloads) assert.deepEqual((await peer.next('pong')).data, payload);
  peer.socket.pong('unsolicited');
  await echo(peer, Buffer.from('still here'), false, 'after an unsolicited pong');
});

for (const [code, reason] of [[1000, ''], [1000, 'done'], [1001, 'leaving \u{1f54a}'], [3000, 'a library'], [4999, 'x'.repeat(123)]]) {
  test(`ws client: closes with ${code} and a reason of ${Buffer.byteLength(reason)} bytes`, async (scope) => {
    const server = await scope.serve();
    const peer = await open(scope, `${server.ws}/echo`);
    peer.socket.close(code, reason);
    assert.equal((await peer.next('close')).code, code);
  });
}

test('ws client: closes without a code', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  peer.socket.close();
  // "If there is no such status code ... 1005" (RFC 6455, section 7.1.5): the answer has none, too.
  assert.equal((await peer.next('close')).code, 1005);
});

test('ws client: what was sent before the close is echoed before its answer', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  const data = binary(1_000_000);
  for (let i = 0; i < 3; ++i) peer.socket.send(data);
  peer.socket.close(3000);
  for (let i = 0; i < 3; ++i) assertSame(await peer.next('message'), data, true, `message ${i}`);
  assert.equal((await peer.next('close')).code, 3000);
});

test('ws client: 10,000 messages at once come back in order', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  for (let i = 0; i < 10_000; ++i) peer.socket.send(i % 2 ? `message ${i}` : Buffer.from(`message ${i}`));
  for (let i = 0; i < 10_000; ++i) {
    const {data, isBinary} = await peer.next('message');
    assert.equal(data.toString(), `message ${i}`);
    assert.equal(isBinary, i % 2 === 0);
  }
});

test('ws client: subprotocols', async (scope) => {
  const server = await scope.serve('--subprotocol', 'chat', '--subprotocol', 'superchat');
  assert.equal((await open(scope, `${server.ws}/echo`, ['superchat'])).socket.protocol, 'superchat');
  assert.match((await open(scope, `${server.ws}/echo`, ['other', 'superchat', 'chat'])).socket.protocol, /^(super)?chat$/);
  assert.equal((await open(scope, `${server.ws}/echo`)).socket.protocol, '');
  // None is agreed on: the server says so by naming none, and `ws` then gives up.
  await assert.rejects(open(scope, `${server.ws}/echo`, ['other']), /Server sent no subprotocol/);
  await assert.rejects(open(scope, `${server.ws}/echo`, ['CHAT']), /Server sent no subprotocol/);
});

test('ws client: an asynchronous answer', async (scope) => {
  const server = await scope.serve();
  const peer = await open(scope, `${server.ws}/echo`);
  peer.socket.send('Trigger async');
  assertSame(await peer.next('message'), Buffer.from('Async data'), false, 'the answer');
  await echo(peer, Buffer.from('Trigger async'), true, 'the same bytes as a binary message');
  for (let i = 0; i < 100; ++i) peer.socket.send('Trigger async');
  for (let i = 0; i < 100; ++i) assertSame(await peer.next('message'), Buffer.from('Async data'), false, `answer ${i}`);
});

test('ws client: the ticker', async (scope) => {
  const server = await scope.serve('--ticker-interval', '0.05');
  const peer = await open(scope, `${server.ws}/ticker`);
  let last = null;
  for (let i = 0; i < 5; ++i) {
    const {data, isBinary} = await peer.next('message');
    assert.equal(isBinary, false);
    const tick = JSON.parse(data);
    assert.deepEqual(Object.keys(tick), ['type', 'seq', 'uptime_ms']);
    assert.equal(tick.type, 'test');
    if (last !== null) assert.ok(tick.seq > last.seq && tick.uptime_ms > last.uptime_ms, `${last.seq}, then ${tick.seq}`);
    last = tick;
  }
  peer.socket.send('an echo, too');
  let heard;
  do heard = (await peer.next('message')).data.toString();
  while (heard !== 'an echo, too');
});

test('ws client: origins', async (scope) => {
  const server = await scope.serve('--origin', 'https://good.example', '--origin', 'http://localhost:3000');
  for (const origin of ['https://good.example', 'http://localhost:3000', server.http]) {
    await open(scope, `${server.ws}/echo`, [], {origin});
  }
  await open(scope, `${server.ws}/echo`);  // no browser, no origin
  for (const origin of ['https://evil.example', 'http://good.example', 'https://good.example.evil.example', 'null']) {
    assert.equal((await refusal(`${server.ws}/echo`, {origin})).status, 403, origin);
  }
});

test('ws client: what is refused, and with which status', async (scope) => {
  const server = await scope.serve();
  const missing = await refusal(`${server.ws}/nothing`);
  assert.equal(missing.status, 404);
  assert.match(missing.body, /^[^\n]+\n?$/);
  const version = await refusal(`${server.ws}/echo`, {protocolVersion: 8});
  assert.equal(version.status, 426);
  assert.equal(version.headers['sec-websocket-version'], '13');
  assert.equal((await refusal(`${server.ws}/echo`, {headers: {Cookie: 'x'.repeat(200_000)}})).status, 431);
  assert.equal((await fetch(`${server.http}/echo`)).status, 426);
  assert.equal((await fetch(`${server.http}/healthz`)).status, 200);
});

test('ws client: a head of 30 fields, with a cookie of 2 KB', async (scope) => {
  const server = await scope.serve();
  const headers = {Cookie: `session=${'x'.repeat(2000)}`};
  for (let i = 0; i < 20; ++i) headers[`X-Field-${i}`] = `value ${i}`;
  await echo(await open(scope, `${server.ws}/echo`, [], {headers}), Buffer.from('hello'), false, 'echo');
});

test('ws client: a message over --max-message is answered with 1009', async (scope) => {
  const server = await scope.serve('--max-message', '1000');
  const peer = await open(scope, `${server.ws}/echo`);
  await echo(peer, binary(1000), true, '1000 bytes');
  peer.socket.send(binary(1001));
  assert.equal((await peer.next('close')).code, 1009);
  // The sum of the fragments counts.
  const other = await open(scope, `${server.ws}/echo`);
  for (let i = 0; i < 3; ++i) other.socket.send(binary(400), {fin: i === 2});
  assert.equal((await other.next('close')).code, 1009);
});

test('ws client: one that does not read delays no other', async (scope) => {
  const server = await scope.serve();
  const slow = await open(scope, `${server.ws}/echo`);
  slow.socket.pause();
  const data = binary(1_000_000);
  for (let i = 0; i < 30; ++i) slow.socket.send(data);
  const other = await open(scope, `${server.ws}/echo`);
  for (let i = 0; i < 100; ++i) await echo(other, Buffer.from(`quick ${i}`), false, `echo ${i}`);
  slow.socket.resume();
  for (let i = 0; i < 30; ++i) assertSame(await slow.next('message'), data, true, `message ${i} of the slow one`);
});

test('ws client: 200 at once', async (scope) => {
  const server = await scope.serve();
  const peers = await Promise.all(Array.from({length: 200}, () => open(scope, `${server.ws}/echo`)));
  await Promise.all(peers.map((peer, i) => echo(peer, Buffer.from(asciiText(i)), false, `client ${i}`)));
  for (const peer of peers) peer.socket.close(1000);
  for (const peer of peers) assert.equal((await peer.next('close')).code, 1000);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`ws client: at ${signal} each client gets 1001, and the server ends with 0`, async (scope) => {
    const server = await scope.serve();
    const peers = await Promise.all(Array.from({length: 20}, () => open(scope, `${server.ws}/echo`)));
    const ticked = await open(scope, `${server.ws}/ticker`);
    const slow = await open(scope, `${server.ws}/echo`);
    slow.socket.pause();
    server.kill(signal);
    for (const peer of peers) assert.equal((await peer.next('close')).code, 1001);
    assert.equal((await ticked.nextPastMessages('close')).code, 1001);
    await server.exits(0);  // also with one that never answers
  });
}
