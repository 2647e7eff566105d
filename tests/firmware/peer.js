// SPDX-License-Identifier: Apache-2.0
// The other end of the firmware images: the npm package `ws`, as a server and as a client.
//
//   peer.js echo               a server that sends everything back; prints its port
//   peer.js script             a server that asks tiny for echoes and closes; prints its port
//   peer.js client PORT BYTES  sends so much to the echo server of lan_echo and compares
//
// Ends with the first connection: 0 if that was as it should be.
'use strict';
const assert = require('node:assert/strict');
const {join} = require('node:path');
const {WebSocket, WebSocketServer} = require(join(__dirname, '../interop/node_modules/ws'));

const kLimit = 120_000;  // ms for everything
setTimeout(() => fail('out of time'), kLimit);

function fail(why) {
  console.log(`FAILED ${why}`);
  process.exit(1);
}

function serve(onSocket) {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: false}, () => {
    console.log(`port ${server.address().port}`);
  });
  server.on('connection', socket => {
    socket.on('error', error => fail(error.message));
    onSocket(socket);
  });
}

function endsWell(socket, what) {
  socket.on('close', code => {
    if (code !== 1000) fail(`closed with ${code}`);
    console.log(what());
    process.exit(0);
  });
}

/** Bytes without a period that a wrong offset could hide in. */
function content(size, seed) {
  const words = new Uint32Array(Math.ceil(size / 4));
  let value = seed >>> 0;
  for (let i = 0; i < words.length; ++i) words[i] = value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
  return Buffer.from(words.buffer, 0, size);
}

function echo() {
  serve(socket => {
    let bytes = 0;
    endsWell(socket, () => `echoed ${bytes} bytes`);
    socket.on('message', (data, isBinary) => {
      bytes += data.length;
      socket.send(data, {binary: isBinary});
    });
  });
}

async function script() {
  serve(async socket => {
    let wake = null;
    const messages = [];
    socket.on('message', (data, isBinary) => {
      messages.push({data, isBinary});
      if (wake) wake();
    });
    const next = async () => {
      while (messages.length === 0) await new Promise(resolve => { wake = resolve; });
      return messages.shift();
    };
    try {
      assert.equal((await next()).data.toString(), 'tiny');
      let count = 0;
      for (const size of [0, 1, 125, 126, 300, 512]) {
        for (const isBinary of [false, true]) {
          const data = isBinary ? content(size, size) : Buffer.from('\u00e9'.repeat(size / 2));
          socket.send(data, {binary: isBinary});
          const back = await next();
          assert.ok(back.isBinary === isBinary && back.data.equals(data), `${size} bytes come back`);
          ++count;
        }
      }
      const ponged = new Promise(resolve => socket.on('pong', resolve));
      socket.ping('alive?');
      assert.equal((await ponged).toString(), 'alive?');
      endsWell(socket, () => `${count} echoes, a pong, a close`);
      socket.send('close');
    } catch (error) {
      fail(error.message);
    }
  });
}

function client(port, bytes) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, {perMessageDeflate: false});
  const size = 100_000;  // larger than the RAM of the server
  const window = 4;      // messages under way
  let sent = 0;
  let received = 0;
  let good = 0;
  const more = () => {
    while (sent < bytes && sent - received < window * size) {
      socket.send(content(Math.min(size, bytes - sent), sent));
      sent += Math.min(size, bytes - sent);
    }
  };
  endsWell(socket, () => {
    if (received !== bytes) fail(`${received} bytes of ${bytes} came back`);
    return `${good} messages, ${received} bytes each way`;
  });
  socket.on('error', error => fail(error.message));
  socket.on('open', more);
  socket.on('message', data => {
    if (!data.equals(content(data.length, received))) fail(`other bytes at ${received}`);
    received += data.length;
    ++good;
    if (received === bytes) socket.close(1000);
    else more();
  });
}

const [mode, port, bytes] = process.argv.slice(2);
if (mode === 'echo') echo();
else if (mode === 'script') script();
else if (mode === 'client') client(Number(port), Number(bytes));
else fail('peer.js echo | script | client PORT BYTES');
