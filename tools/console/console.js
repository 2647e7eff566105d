// SPDX-License-Identifier: Apache-2.0
// The console's socket: news of the devices come in, commands go out. Text of devices is only ever inserted as
// text (textContent), never as markup.
import { Devices } from "./devices.js";
import { EchoTester } from "./echo.js";
import { Journal } from "./journal.js";

const kRetryFirst = 500; // ms, doubled up to:
const kRetryLongest = 8000;

const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const base = `${scheme}//${location.host}`;
const link = document.getElementById("link");
const journal = new Journal();
const devices = new Devices(send);

let socket = null;
let retry = kRetryFirst;
let lastReference = 0;
const waiting = new Map(); // reference -> what is told the answer

function show(state, text) {
  link.dataset.state = state;
  link.textContent = text;
}

function connect() {
  socket = new WebSocket(`${base}/console/events`);
  socket.onopen = () => {
    retry = kRetryFirst;
    journal.clear();
    devices.clear();
    show("on", "live");
  };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => {
    show("bad", "no connection");
    for (const tell of waiting.values()) tell({ error: { message: "the connection to the server is gone" } });
    waiting.clear();
    setTimeout(connect, retry);
    retry = Math.min(2 * retry, kRetryLongest);
  };
}

function take(message) {
  if (message.type === "news") {
    const zero = Date.now() - message.now_ms; // the server's clock began at this time of ours
    for (const entry of message.events) {
      journal.add(entry, zero);
      if (entry.kind === "forgotten") devices.remove(entry.device);
    }
    for (const device of message.devices) devices.update(device, zero);
  } else if (message.type === "answer") {
    const tell = waiting.get(message.ref);
    waiting.delete(message.ref);
    if (tell) tell(message);
  }
}

/** Sends a command; `tell` is called once, with the answer. */
function send(device, method, params, tell) {
  if (socket.readyState !== WebSocket.OPEN) {
    tell({ error: { message: "there is no connection to the server" } });
    return;
  }
  const ref = ++lastReference;
  waiting.set(ref, tell);
  socket.send(JSON.stringify({ type: "command", ref, device, method, params }));
}

document.getElementById("host").textContent = location.host;
document.getElementById("device-url").textContent = `${base}/device/ID`;
document.getElementById("device-command").textContent = `linnet device --url ${base}/device/42`;
new EchoTester(base);
connect();
