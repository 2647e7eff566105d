// SPDX-License-Identifier: Apache-2.0
// The echo tester: a WebSocket of its own to /echo or /ticker, and what goes over it.
import { line, clock } from "./lines.js";

const kMost = 100; // lines that are kept
const kShown = 200; // characters of a message that are shown

export class EchoTester {
  constructor(base) {
    this.base = base;
    this.socket = null;
    this.sent = []; // when, of those whose echo is awaited
    this.frames = document.getElementById("echo-frames");
    this.state = document.getElementById("echo-state");
    this.button = document.getElementById("echo-connect");
    this.form = document.getElementById("echo-form");
    this.path = document.getElementById("echo-path");
    this.button.addEventListener("click", () => (this.socket === null ? this.connect() : this.socket.close(1000)));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(event.submitter?.value ?? "text");
    });
    this.show("off", "closed");
  }

  show(state, text) {
    this.state.dataset.state = state;
    this.state.textContent = text;
    this.button.textContent = this.socket === null ? "Connect" : "Disconnect";
    this.path.disabled = this.socket !== null;
    for (const button of this.form.querySelectorAll("[type=submit]")) button.disabled = state !== "on";
  }

  connect() {
    const socket = new WebSocket(this.base + this.path.value);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.sent = [];
    this.show("wait", "connecting");
    socket.onopen = () => {
      this.show("on", "open");
      this.add("open", "good", this.path.value);
    };
    socket.onmessage = (event) => this.take(event.data);
    socket.onclose = (event) => {
      this.socket = null;
      this.show(event.wasClean ? "off" : "bad", "closed");
      this.add("close", event.wasClean ? "warn" : "bad", `${event.code}${event.reason ? ` ${event.reason}` : ""}`);
    };
  }

  send(how) {
    const text = how === "async" ? "Trigger async" : document.getElementById("echo-text").value;
    const data = how === "binary" ? new TextEncoder().encode(text) : text;
    this.socket.send(data);
    this.sent.push(performance.now());
    this.add("→ sent", "", describe(data));
  }

  take(data) {
    // An echo comes in the order of sending; a ticker's own messages are nobody's echo.
    const isTick = typeof data === "string" && data.startsWith('{"type":"test"');
    const at = isTick ? undefined : this.sent.shift();
    const took = at === undefined ? "" : ` in ${(performance.now() - at).toFixed(1)} ms`;
    this.add("← received", "good", `${describe(data)}${took}`);
  }

  add(tag, colour, text) {
    const item = document.createElement("li");
    line(item, clock(Date.now()), "", tag, colour, text);
    this.frames.prepend(item);
    while (this.frames.children.length > kMost) this.frames.lastElementChild.remove();
  }
}

function describe(data) {
  if (typeof data === "string") {
    const size = new TextEncoder().encode(data).length;
    return `text, ${size} bytes: ${data.length > kShown ? `${data.slice(0, kShown)}…` : data}`;
  }
  const bytes = new Uint8Array(data);
  const hex = [...bytes.subarray(0, kShown / 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `binary, ${bytes.length} bytes: ${hex}${bytes.length > kShown / 4 ? " …" : ""}`;
}
