// SPDX-License-Identifier: Apache-2.0
// Runs in the browser's page: its WebSocket against `linnet serve`, case by case. The page's address says where the
// servers are; what to do comes from the page's own server, and results go there.
'use strict';
const where = new URLSearchParams(location.search);
const kEcho = `${where.get('server')}/echo`;
const kSizes = [0, 1, 125, 126, 65535, 65536, 5_000_000];

function check(condition, what) {
  if (!condition) throw new Error(what);
}

function equal(got, wanted, what = '') {
  check(Object.is(got, wanted), `${what} ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
}

function binary(size) {
  const bytes = new Uint8Array(size);
  let state = size + 1;
  for (let i = 0; i < size; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const multiByteText = (size) => 'x'.repeat(size % 10) + 'a\u00e9\u20ac\u{1f54a}'.repeat(Math.floor(size / 10));
const asciiText = (size) => 'the quick brown fox. '.repeat(size / 21 + 1).slice(0, size);

function same(got, wanted, what) {
  if (typeof wanted === 'string') return check(got === wanted, `${what}: another text, ${got.length} of ${wanted.length}`);
  check(got instanceof ArrayBuffer, `${what}: no binary message`);
  const bytes = new Uint8Array(got);
  check(bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i]), `${what}: other bytes`);
}

/** What a socket says, in its order; next() waits for it. */
class Events {
  #events = [];
  #waiting = null;

  constructor(url, protocols = []) {
    this.socket = new WebSocket(url, protocols);
    this.socket.binaryType = 'arraybuffer';
    for (const kind of ['open', 'message', 'error', 'close']) {
      this.socket.addEventListener(kind, (event) => {
        this.#events.push(event);
        this.#waiting?.();
      });
    }
  }

  async next(kind) {
    while (this.#events.length === 0) await new Promise((resolve) => (this.#waiting = resolve));
    const event = this.#events.shift();
    check(event.type === kind, `expected ${kind}, but there came ${event.type} ${event.code ?? ''}`);
    return event;
  }
}

async function open(url = kEcho, protocols = []) {
  const events = new Events(url, protocols);
  await events.next('open');
  return events;
}

async function echo(peer, message, what) {
  peer.socket.send(message);
  same((await peer.next('message')).data, message, what);
}

async function closes(peer, code, reason = '') {
  const event = await peer.next('close');
  equal(event.code, code, 'close code');
  equal(event.reason, reason, 'reason');
  equal(event.wasClean, true, 'clean');
}

const cases = {
  'every size comes back, as text and binary': async () => {
    const peer = await open();
    equal(peer.socket.extensions, '', 'extensions');
    for (const size of kSizes) {
      await echo(peer, asciiText(size), `${size} bytes of ASCII`);
      await echo(peer, multiByteText(size), `${size} bytes of UTF-8`);
      await echo(peer, binary(size), `${size} bytes, binary`);
    }
    peer.socket.close();
    await closes(peer, 1005);
  },

  'every size of a Blob comes back as a Blob': async () => {
    const peer = await open();
    peer.socket.binaryType = 'blob';
    for (const size of kSizes) {
      peer.socket.send(new Blob([binary(size)]));
      const {data} = await peer.next('message');
      check(data instanceof Blob, 'no Blob');
      same(await data.arrayBuffer(), binary(size), `a Blob of ${size} bytes`);
    }
    peer.socket.close();
  },

  'close codes and reasons': async () => {
    for (const [code, reason] of [[1000, ''], [1000, 'done'], [3000, 'a library'], [4999, '\u{1f54a}'.repeat(30)]]) {
      const peer = await open();
      await echo(peer, 'hello', 'before');
      peer.socket.close(code, reason);
      const event = await peer.next('close');
      equal(event.code, code, 'close code');
      equal(event.wasClean, true, 'clean');
    }
  },

  'no code': async () => {
    const peer = await open();
    peer.socket.close();
    await closes(peer, 1005);
  },

  'close while it connects': async () => {
    const peer = new Events(kEcho);
    peer.socket.close();
    await peer.next('error');
    equal((await peer.next('close')).code, 1006);
    await echo(await open(), 'hello', 'the server goes on');
  },

  '10,000 messages at once come back in order': async () => {
    const peer = await open();
    for (let i = 0; i < 10_000; ++i) peer.socket.send(`message ${i}`);
    for (let i = 0; i < 10_000; ++i) equal((await peer.next('message')).data, `message ${i}`);
    peer.socket.close();
  },

  'bufferedAmount falls to 0': async () => {
    const peer = await open();
    const data = binary(1_000_000);
    for (let i = 0; i < 10; ++i) peer.socket.send(data);
    check(peer.socket.bufferedAmount > 0, 'nothing is buffered after 10 MB at once');
    for (let i = 0; i < 10; ++i) same((await peer.next('message')).data, data, `message ${i}`);
    equal(peer.socket.bufferedAmount, 0, 'bufferedAmount');
    peer.socket.close(1000);
    await closes(peer, 1000);
  },

  'what was sent before the close is echoed before its answer': async () => {
    const peer = await open();
    for (let i = 0; i < 3; ++i) peer.socket.send(binary(100_000 + i));
    peer.socket.close(3000);
    equal((await peer.next('close')).code, 3000);
    equal(peer.socket.bufferedAmount, 0, 'bufferedAmount');
  },

  'subprotocols': async () => {
    equal((await open(kEcho, ['superchat'])).socket.protocol, 'superchat');
    check(['chat', 'superchat'].includes((await open(kEcho, ['other', 'superchat', 'chat'])).socket.protocol), 'none of ours');
    equal((await open(kEcho)).socket.protocol, '');
    // None is agreed on: the server says so by naming none, and a browser then gives up.
    const peer = new Events(kEcho, ['other']);
    await peer.next('error');
    equal((await peer.next('close')).code, 1006);
  },

  'an asynchronous answer': async () => {
    const peer = await open();
    peer.socket.send('Trigger async');
    equal((await peer.next('message')).data, 'Async data');
  },

  'the ticker': async () => {
    const peer = await open(`${where.get('server')}/ticker`);
    let last = null;
    for (let i = 0; i < 5; ++i) {
      const tick = JSON.parse((await peer.next('message')).data);
      equal(tick.type, 'test');
      if (last !== null) check(tick.seq > last.seq && tick.uptime_ms > last.uptime_ms, 'not in order');
      last = tick;
    }
  },

  'a path that is not there': async () => {
    const peer = new Events(`${where.get('server')}/nothing`);
    await peer.next('error');
    equal((await peer.next('close')).code, 1006);
  },

  'a message that is too big is answered with 1009': async () => {
    const peer = await open(`${where.get('small')}/echo`);
    await echo(peer, binary(1000), '1000 bytes');
    peer.socket.send(binary(1001));
    await closes(peer, 1009);
  },

  'an origin that is allowed, and one that is not': async () => {
    await echo(await open(`${where.get('small')}/echo`), 'hello', 'this page may');
    const peer = new Events(`${where.get('strict')}/echo`);
    await peer.next('error');
    equal((await peer.next('close')).code, 1006);
  },

  '12 connections at once': async () => {
    const peers = await Promise.all(Array.from({length: 12}, () => open()));  // it delays what is beyond
    await Promise.all(peers.map((peer, i) => echo(peer, asciiText(i * 100), `connection ${i}`)));
    for (const peer of peers) peer.socket.close(1000);
    for (const peer of peers) await closes(peer, 1000);
  },

  // The test ends this server when it hears that all are connected.
  'at the end of the server each gets 1001': async () => {
    const peers = await Promise.all(Array.from({length: 10}, () => open(`${where.get('ending')}/echo`)));
    await tell('connected');
    for (const peer of peers) await closes(peer, 1001, 'the server stops');
  },
};

const tell = (what, error = '') => fetch('/told', {method: 'POST', body: JSON.stringify({what, error})});

/** The test names the cases one after the other. */
async function main() {
  await tell(Object.keys(cases));
  while (true) {
    const name = await (await fetch('/next')).text();
    await tell('done', await cases[name]().then(() => '', (why) => why.stack || String(why)));
  }
}

void main();
