// SPDX-License-Identifier: Apache-2.0
// The other end of the firmware images: the npm package `ws`, as a server and as a client.
//
//   peer.js echo               a server that sends everything back; prints its port
//   peer.js script             a server that asks tiny for echoes and closes; prints its port
//   peer.js client PORT BYTES  sends so much to the echo server of lan_echo and compares
//   peer.js device CONTROL [CERTIFICATE KEY]
//                              what cellular_status talks to: commands it, reboots its modem through the control port
//                              of `linnet modem`, restarts itself, and at last tells it to restart
//
// Ends with 0 if all was as it should be.
'use strict';
const assert = require('node:assert/strict');
const {readFileSync} = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const {join} = require('node:path');
const {WebSocket, WebSocketServer} = require(join(__dirname, '../interop/node_modules/ws'));

const kLimit = 540_000;  // ms for everything: when a run counts as hung
const kStall = 60_000;   // and without a message that comes back
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
  const progress = setTimeout(() => fail(`stalled: ${received} bytes came back`), kStall);
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
    progress.refresh();
    if (received === bytes) socket.close(1000);
    else more();
  });
}

/** One connection of the device: its notifications and its answers, in order. */
class Device {
  constructor(socket) {
    this.socket = socket;
    this.waiting = [];
    this.messages = [];
    this.calls = 0;
    socket.on('message', data => {
      this.messages.push(JSON.parse(data.toString()));
      this.waiting.splice(0).forEach(wake => wake());
    });
    socket.on('error', () => {});  // a modem that reboots drops the line
  }

  async next(fits) {
    for (;;) {
      const at = this.messages.findIndex(fits);
      if (at >= 0) return this.messages.splice(at, 1)[0];
      await new Promise(resolve => this.waiting.push(resolve));
    }
  }

  status() {
    return this.next(message => message.method === 'status').then(message => message.params);
  }

  call(method, params) {
    const id = ++this.calls;
    this.socket.send(JSON.stringify({jsonrpc: '2.0', id, method, params}));
    return this.next(message => message.id === id).then(message => message.result);
  }
}

async function device(control, certificate, key) {
  const connections = [];
  const wakers = [];
  let server = null;
  const listen = port => new Promise(resolve => {
    const options = certificate ? {cert: readFileSync(certificate), key: readFileSync(key), maxVersion: 'TLSv1.2'} : {};
    server = (certificate ? https : http).createServer(options);
    new WebSocketServer({server, perMessageDeflate: false}).on('connection', socket => {
      connections.push(new Device(socket));
      wakers.splice(0).forEach(wake => wake());
    });
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
  const nextConnection = async () => {
    while (connections.length === 0) await new Promise(resolve => wakers.push(resolve));
    return connections.shift();
  };
  const reboot = () => new Promise(resolve => {
    const line = net.connect(control, '127.0.0.1', () => line.write('reset 1\n'));
    line.once('data', data => resolve(line.end(), data));
  });
  try {
    const port = await listen(0);
    console.log(`port ${port}`);

    let one = await nextConnection();
    const first = await one.status();
    assert.equal(first.id, 'm3');
    assert.equal(first.led, false);
    assert.deepEqual(await one.call('led.set', {on: true}), {on: true});
    assert.deepEqual(await one.call('gpio.read', {pin: 'led'}), {pin: 'led', state: true});
    assert.equal((await one.status()).led, true, 'the next report says what the command did');

    await reboot();  // in the middle of it
    one = await nextConnection();
    const second = await one.status();
    assert.ok(second.uptime_ms > first.uptime_ms && second.led === true, 'the same device, not restarted');

    const closed = new Promise(resolve => server.close(resolve));
    one.socket.terminate();
    server.closeAllConnections();
    await closed;
    await listen(port);
    one = await nextConnection();
    assert.equal((await one.status()).led, true);
    assert.deepEqual(await one.call('gpio.write', {pin: 'relay', state: 1}), {pin: 'relay', state: true});
    const ended = new Promise(resolve => one.socket.on('close', resolve));
    assert.deepEqual(await one.call('restart', {}), {restarting: true});
    assert.equal(await ended, 1000);
    console.log('bring-up, commands, a modem that rebooted, a server that restarted, restart');
    process.exit(0);
  } catch (error) {
    fail(error.message);
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'echo') echo();
else if (mode === 'script') script();
else if (mode === 'client') client(Number(rest[0]), Number(rest[1]));
else if (mode === 'device') device(Number(rest[0]), rest[1], rest[2]);
else fail('peer.js echo | script | client PORT BYTES | device CONTROL [CERTIFICATE KEY]');
