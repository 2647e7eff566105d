// SPDX-License-Identifier: Apache-2.0
// What the interoperation tests in JavaScript stand on: cases that are counted and bounded in time, `linnet serve` and
// `linnet connect` as processes that end with their case, and payloads.
'use strict';
const assert = require('node:assert/strict');
const {spawn} = require('node:child_process');
const {mkdirSync} = require('node:fs');
const {join} = require('node:path');

const kRoot = join(__dirname, '../..');
const kLinnet = process.env.LINNET || join(kRoot, 'build/host/linnet');
const kWork = process.env.WORK || join(kRoot, 'build/test/interop.work');  // for files; nothing else writes there
mkdirSync(kWork, {recursive: true});

const kCaseLimit = 120;     // seconds; a case takes well below 5 s on an idle machine
const kPrepareLimit = 120;  // seconds; a browser that starts for the first time, on a busy machine
const kEndLimit = 10_000;   // ms for a process to end after SIGTERM: linnet allows itself 3 s

/** Both sides of 7, 16 and 64 bits of length, and what no buffer of a socket holds. */
const kSizes = [0, 1, 125, 126, 65535, 65536, 5_000_000];

/** Text of exactly `size` bytes with characters of one to four bytes. */
function multiByteText(size) {
  const pattern = 'a\u00e9\u20ac\u{1f54a}';  // 1 + 2 + 3 + 4 bytes
  return 'x'.repeat(size % 10) + pattern.repeat(Math.floor(size / 10));
}

function asciiText(size) {
  return 'the quick brown fox. '.repeat(size / 21 + 1).slice(0, size);
}

/** Bytes without a period that a wrong offset could hide in. */
function binary(size) {
  const bytes = Buffer.allocUnsafe(size);
  let state = size + 1;
  for (let i = 0; i < size; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Every size as ASCII, as multi-byte text and as bytes: {name, data, isBinary}. */
function* messages(sizes = kSizes) {
  for (const size of sizes) {
    yield {name: `${size} bytes of ASCII`, data: Buffer.from(asciiText(size)), isBinary: false};
    yield {name: `${size} bytes of UTF-8`, data: Buffer.from(multiByteText(size)), isBinary: false};
    yield {name: `${size} bytes, binary`, data: binary(size), isBinary: true};
  }
}

/** Without assert's difference of two values, which takes minutes for 5 MB. */
function assertSame(message, data, isBinary, what) {
  assert.equal(message.isBinary, isBinary, `${what}: the type`);
  assert.equal(message.data.length, data.length, `${what}: the length`);
  assert.ok(message.data.equals(data), `${what}: the bytes`);
}

/** What a socket of `ws` says, in its order; next() waits for it. */
class Events {
  #events = [];
  #waiting = null;

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) => this.#put({kind: 'message', data, isBinary}));
    socket.on('ping', (data) => this.#put({kind: 'ping', data}));
    socket.on('pong', (data) => this.#put({kind: 'pong', data}));
    socket.on('close', (code, reason) => this.#put({kind: 'close', code, reason: reason.toString()}));
    socket.on('error', (error) => this.#put({kind: 'error', error}));
  }

  #put(event) {
    this.#events.push(event);
    this.#waiting?.();
  }

  async next(kind) {
    while (this.#events.length === 0) await new Promise((resolve) => (this.#waiting = resolve));
    const event = this.#events.shift();
    const said = event.error?.message ?? event.code ?? '';
    assert.equal(event.kind, kind, `expected ${kind}, but there came ${event.kind} ${said}`);
    return event;
  }

  /** The same, but messages that come before are dropped. */
  async nextPastMessages(kind) {
    while (true) {
      while (this.#events[0]?.kind === 'message') this.#events.shift();
      if (this.#events.length > 0) return this.next(kind);
      await new Promise((resolve) => (this.#waiting = resolve));
    }
  }
}

class Linnet {
  out = Buffer.alloc(0);
  err = '';
  #changed = null;

  constructor(args, environment) {
    this.child = spawn(kLinnet, args, {env: {...process.env, ...environment}});
    const chunks = [];
    this.child.stdout.on('data', (data) => {
      chunks.push(data);
      this.out = Buffer.concat(chunks);
      this.#changed?.();
    });
    this.child.stderr.on('data', (data) => {
      this.err += data;
      this.#changed?.();
    });
    this.child.stdin.on('error', () => {});  // it may end before it has read everything
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        this.status = code ?? signal;
        this.#changed?.();
        resolve(this.status);
      });
    });
  }

  /** Lines of stdout, without the line feed. */
  get lines() {
    return this.out.toString().split('\n').slice(0, -1);
  }
  get lastError() {
    return this.err.trimEnd().split('\n').at(-1);
  }

  async until(condition, what) {
    while (!condition()) {
      assert.equal(this.status, undefined, `linnet ended before ${what}; stderr:\n${this.err}`);
      await new Promise((resolve) => (this.#changed = resolve));
    }
  }

  /** Waits for its end; the exit status is as expected, else stderr is shown. */
  async exits(status) {
    const got = await this.ended;
    assert.equal(got, status, `exit status; stderr:\n${this.err}`);
  }

  kill(signal) {
    this.child.kill(signal);
  }
}

/** What a case started ends with it. */
class Scope {
  #started = [];

  atEnd(action) {
    this.#started.push(action);
  }

  /** `linnet serve` on a port of its own; `.http` and `.ws` are its addresses. At the end it exits with 0. */
  async serve(...args) {
    const server = new Linnet(['serve', '--quiet', '--listen', '127.0.0.1:0', ...args]);
    this.atEnd(async () => {
      if (server.status === undefined) server.kill('SIGTERM');
      const timer = setTimeout(() => server.kill('SIGKILL'), kEndLimit);
      const status = await server.ended;
      clearTimeout(timer);
      assert.equal(status, 0, `linnet serve ended with ${status}; stderr:\n${server.err}`);
    });
    await server.until(() => server.lines.length > 0, 'it listened');
    const found = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(server.lines[0]);
    assert.ok(found, `the first line of linnet serve: ${server.lines[0]}`);
    server.http = found[1];
    server.ws = found[1].replace('http', 'ws');
    return server;
  }

  /** `linnet connect`; what a failed case leaves of it is dropped. */
  connect(url, ...args) {
    return this.connectWith({}, url, ...args);
  }
  connectWith(environment, url, ...args) {
    // On a slow machine the client's own pings would come in the middle of a case that is not about them.
    const unasked = args.includes('--ping-interval') ? [] : ['--ping-interval', '0'];
    const client = new Linnet(['connect', url, ...args, ...unasked], environment);
    this.atEnd(async () => {
      if (client.status === undefined) client.kill('SIGKILL');
      await client.ended;
    });
    return client;
  }

  async end() {
    while (this.#started.length > 0) await this.#started.pop()();
  }
}

const cases = [];

/** `body(scope)` throws, or the case has passed. */
function test(name, body) {
  cases.push({name, body});
}

async function bounded(promise, seconds) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), 1000 * seconds);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function runOne(name, body) {
  const began = Date.now();
  const scope = new Scope();
  try {
    try {
      await bounded(body(scope), kCaseLimit);
    } finally {
      await scope.end();
    }
    console.log(`ok      ${name} (${Date.now() - began} ms)`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name}\n${error.stack}`);
    return false;
  }
}

/**
 * All cases one after the other; arguments of the program choose those whose name contains one of them. `prepare(scope)`,
 * if there is one, may add cases, and what it starts stays until all have run.
 */
async function runAll(prepare) {
  const count = {passed: 0, failed: 0};
  const scope = new Scope();
  try {
    if (prepare) await bounded(prepare(scope), kPrepareLimit);
    const wanted = process.argv.slice(2);
    for (const {name, body} of cases) {
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      ++count[(await runOne(name, body)) ? 'passed' : 'failed'];
    }
    await scope.end();
  } catch (error) {
    ++count.failed;
    console.log(`FAILED  before or after the cases\n${error.stack}`);
    await scope.end().catch(() => {});
  }
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1);
}

module.exports = {Events, asciiText, assertSame, binary, kSizes, kWork, messages, multiByteText, runAll, test};
