// SPDX-License-Identifier: Apache-2.0
// The list of events: who came and went, what was asked and answered, what devices said.
import { line, clock } from "./lines.js";

const kMost = 300; // lines that are kept
const kColours = {
  connected: "good",
  answer: "good",
  disconnected: "warn",
  replaced: "warn",
  forgotten: "warn",
  failed: "bad",
};

export class Journal {
  constructor() {
    this.list = document.getElementById("log");
    this.empty = document.getElementById("log-empty");
    document.getElementById("log-clear").addEventListener("click", () => this.clear());
    this.clear();
  }

  clear() {
    this.list.replaceChildren();
    this.list.hidden = true;
    this.empty.hidden = false;
  }

  add(entry, zero) {
    const item = document.createElement("li");
    line(item, clock(zero + entry.at_ms), entry.device, entry.kind, kColours[entry.kind] ?? "", entry.text);
    this.list.prepend(item);
    while (this.list.children.length > kMost) this.list.lastElementChild.remove();
    this.list.hidden = false;
    this.empty.hidden = true;
  }
}
