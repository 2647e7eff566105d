// SPDX-License-Identifier: Apache-2.0
// Node.js's TLS with npm's `ws`, for tls_interop: `serve CERT KEY [CLIENT_CA]` and `plain` echo, and print their port;
// `connect URL CA [CERT KEY]` sends messages, and prints `same PROTOCOL REUSED` once each came back as it was.
'use strict';
const {createHash} = require('node:crypto');
const {readFileSync} = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const {WebSocket, WebSocketServer} = require('ws');

const [role, ...rest] = process.argv.slice(2);

function serve(server) {
  new WebSocketServer({server, maxPayload: 1 << 26}).on('connection', (socket, request) => {
    // What TLS came to, for whoever asks.
    const what = request.socket.getProtocol?.();
    socket.on('message', (data, isBinary) => socket.send(String(data) === 'version' ? what : data, {binary: isBinary}));
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

function connect(url, options) {
  const socket = new WebSocket(url, options);
  const sizes = [0, 1, 125, 126, 65_536, 1_000_000];
  const sent = sizes.map((size) => Buffer.alloc(size, createHash('sha256').update(String(size)).digest()));
  const got = [];
  socket.on('open', () => sent.forEach((data) => socket.send(data)));
  socket.on('message', (data) => {
    got.push(data);
    if (got.length === sent.length) socket.close(1000);
  });
  let line = '';
  socket.on('upgrade', (response) => {
    line = `${response.socket.getProtocol()} ${response.socket.isSessionReused()}`;
  });
  socket.on('close', (code) => {
    const same = got.length === sent.length && got.every((data, i) => data.equals(sent[i]));
    console.log(same && code === 1000 ? `same ${line}` : `different: ${got.length} messages, close ${code}`);
  });
  socket.on('error', (error) => console.log(`error ${error.code ?? ''} ${error.message}`));
}

if (role === 'plain') {
  serve(http.createServer());
} else if (role === 'serve') {
  const [cert, key, ca] = rest.map((name) => readFileSync(name));
  serve(https.createServer({cert, key, ca, requestCert: ca !== undefined, rejectUnauthorized: ca !== undefined}));
} else {
  const [url, ...files] = rest;
  const [ca, cert, key] = files.map((name) => readFileSync(name));
  connect(url, {ca, cert, key});
}
