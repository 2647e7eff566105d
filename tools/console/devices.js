// SPDX-License-Identifier: Apache-2.0
// The cards of the devices: status, a curve of the temperature, commands and their answers.
import { line, clock, since } from "./lines.js";

const kMostCards = 200; // shown at one time; the filter finds the others
const kHistory = 120; // values in a curve
const kAnswers = 8;
const kUnits = { temperature: "°C", humidity: "%", rssi: "dBm", rtt_ms: "ms", adc0: "" };
const kHiddenValues = new Set(["id", "seq"]);
const kSvgHeight = 54;

class Card {
  constructor(id, send) {
    this.id = id;
    this.send = send;
    this.history = [];
    const fragment = document.getElementById("card").content.cloneNode(true);
    this.element = fragment.firstElementChild;
    this.element.querySelector("h3").textContent = id;
    this.part = (selector) => this.element.querySelector(selector);
    this.answers = this.part(".answers");
    this.part(".commands").setAttribute("role", "group");
    this.part(".commands").setAttribute("aria-label", `Commands to ${id}`);
    this.part(".commands").addEventListener("click", (event) => this.click(event.target.closest("button")));
    this.part("form").addEventListener("submit", (event) => this.submit(event));
  }

  update(device, zero) {
    this.device = device;
    this.zero = zero;
    this.element.classList.toggle("offline", !device.online);
    const state = this.part(".state");
    state.dataset.state = device.online ? "on" : "off";
    state.textContent = device.online ? "online" : "offline";
    for (const button of this.element.querySelectorAll(".commands button, form button")) button.disabled = !device.online;
    this.showAge();
    if (device.status !== null) this.showStatus(device.status, zero + device.heard_ms);
  }

  showAge() {
    this.part(".since").textContent = since(Date.now() - this.zero - this.device.since_ms);
  }

  showStatus(status, at) {
    const main = "temperature" in status ? "temperature" : Object.keys(status).find((key) => isMeasured(key, status[key]));
    const value = main === undefined ? undefined : status[main];
    this.part(".reading").hidden = typeof value !== "number";
    if (typeof value === "number") {
      this.part(".number").textContent = String(value);
      this.part(".unit").textContent = kUnits[main] ?? "";
      this.part(".label").textContent = main;
      const last = this.history.at(-1);
      if (status !== this.lastStatus && (!last || last.at !== at)) this.history.push({ at, value });
      if (this.history.length > kHistory) this.history.shift();
      this.draw(main);
    }
    this.lastStatus = status;
    const list = this.part(".values");
    list.replaceChildren();
    for (const [key, each] of Object.entries(status)) {
      if (key === main || kHiddenValues.has(key)) continue;
      const item = list.appendChild(document.createElement("div"));
      item.classList.toggle("lit", each === true);
      item.appendChild(document.createElement("dt")).textContent = key === "uptime_ms" ? "uptime" : key.replace(/_ms$/, "");
      item.appendChild(document.createElement("dd")).textContent = readable(key, each);
    }
    for (const group of this.element.querySelectorAll(".switch")) {
      for (const button of group.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(status[group.dataset.key] === (button.dataset.on === "true")));
      }
    }
  }

  draw(name) {
    const chart = this.part(".chart");
    const width = chart.clientWidth || 160;
    const values = this.history.map((each) => each.value);
    const low = Math.min(...values);
    const high = Math.max(...values);
    this.part(".high").textContent = values.length > 1 ? String(high) : "";
    this.part(".low").textContent = values.length > 1 ? String(low) : "";
    chart.setAttribute("viewBox", `0 0 ${width} ${kSvgHeight}`);
    chart.setAttribute("aria-label", `${name}: the last ${values.length} values, from ${low} to ${high}`);
    const step = width / Math.max(values.length - 1, 1);
    const span = high - low || 1;
    const points = values.map((value, i) => {
      const up = high === low ? 0.5 : (value - low) / span;
      return [(i * step).toFixed(1), (kSvgHeight - 5 - up * (kSvgHeight - 10)).toFixed(1)];
    });
    const curve = `M${points.map((point) => point.join(" ")).join("L")}`;
    const shown = points.length > 1;
    this.part(".curve").setAttribute("d", shown ? curve : "");
    this.part(".area").setAttribute("d", shown ? `${curve}L${width} ${kSvgHeight}L0 ${kSvgHeight}Z` : "");
    const dot = this.part(".last");
    dot.setAttribute("cx", shown ? width : 4);
    dot.setAttribute("cy", points.at(-1)[1]);
  }

  click(button) {
    if (!button) return;
    const group = button.closest(".switch");
    if (group === null) {
      this.command(button.dataset.method, button.dataset.params ? JSON.parse(button.dataset.params) : undefined);
    } else {
      const on = button.dataset.on === "true";
      this.command(group.dataset.method, group.dataset.key === "led" ? { on } : { pin: group.dataset.key, state: on });
    }
  }

  submit(event) {
    event.preventDefault();
    const form = event.target;
    const wrong = form.querySelector(".wrong");
    const text = form.elements.params.value.trim();
    let params;
    try {
      params = text === "" ? undefined : JSON.parse(text);
      if (params !== undefined && (typeof params !== "object" || params === null)) throw new Error("an object or an array is wanted");
    } catch (error) {
      wrong.textContent = `These parameters are no JSON: ${error.message}`;
      wrong.hidden = false;
      return;
    }
    wrong.hidden = true;
    this.command(form.elements.method.value.trim(), params);
  }

  command(method, params) {
    const item = document.createElement("li");
    const what = params === undefined ? method : `${method} ${JSON.stringify(params)}`;
    line(item, clock(Date.now()), "", "waiting", "warn", what);
    this.answers.prepend(item);
    while (this.answers.children.length > kAnswers) this.answers.lastElementChild.remove();
    this.send(this.id, method, params, (answer) => {
      const took = answer.took_ms === undefined ? "" : `${answer.took_ms.toFixed(1)} ms`;
      if (answer.error !== undefined) {
        const error = answer.error ?? {};
        const code = error.code === undefined ? "" : `${error.code} `;
        const more = error.data === undefined ? "" : ` ${JSON.stringify(error.data)}`;
        line(item, clock(Date.now()), "", "failed", "bad", `${what} → ${code}${error.message ?? JSON.stringify(error)}${more}`);
      } else {
        line(item, clock(Date.now()), "", took, "good", `${what} → ${JSON.stringify(answer.result)}`);
        this.expect(method, answer.result);
      }
    });
  }

  /** The switches show what the device has just confirmed, before its next status says so. */
  expect(method, result) {
    if (this.device.status === null || typeof result !== "object" || result === null) return;
    if (method === "led.set" && "on" in result) this.device.status.led = result.on;
    else if (method === "gpio.write" && "pin" in result) this.device.status[result.pin] = result.state;
    else return;
    this.showStatus(this.device.status, this.zero + this.device.heard_ms);
  }
}

function isMeasured(key, value) {
  return typeof value === "number" && !kHiddenValues.has(key) && key !== "uptime_ms";
}

function readable(key, value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (key === "uptime_ms") return since(value);
  if (key === "free_heap") return `${Math.round(value / 1024)} KiB`;
  if (typeof value === "object") return JSON.stringify(value);
  return `${value}${kUnits[key] ? ` ${kUnits[key]}` : ""}`;
}

export class Devices {
  constructor(send) {
    this.send = send;
    this.known = new Map(); // id -> { device, zero, card }
    this.list = document.getElementById("devices");
    this.filter = document.getElementById("filter");
    this.filter.addEventListener("input", () => this.arrange());
    addEventListener("resize", () => this.redraw());
    setInterval(() => this.age(), 1000);
    this.arrange();
  }

  clear() {
    this.known.clear();
    this.arrange();
  }

  remove(id) {
    this.known.delete(id);
    this.arrange();
  }

  update(device, zero) {
    let entry = this.known.get(device.id);
    const isNew = entry === undefined;
    const changed = isNew || entry.device.online !== device.online;
    if (isNew) {
      entry = { card: null };
      this.known.set(device.id, entry);
    }
    entry.device = device;
    entry.zero = zero;
    if (changed) this.arrange();
    if (entry.card?.element.isConnected) entry.card.update(device, zero);
  }

  /** Puts the cards in their order: by id, numbers by their value. Put off to the next frame, for many at once. */
  arrange() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined;
      this.arrangeNow();
    });
  }

  arrangeNow() {
    const wanted = this.filter.value.trim().toLowerCase();
    const order = new Intl.Collator("en", { numeric: true });
    const ids = [...this.known.keys()].filter((id) => id.toLowerCase().includes(wanted)).sort(order.compare);
    const shown = ids.slice(0, kMostCards);
    let place = this.list.firstElementChild;
    for (const id of shown) {
      const entry = this.known.get(id);
      entry.card ??= new Card(id, this.send);
      const wasShown = entry.card.element.isConnected;
      if (entry.card.element === place) place = place.nextElementSibling;
      else this.list.insertBefore(entry.card.element, place);
      if (!wasShown) entry.card.update(entry.device, entry.zero);
    }
    while (place !== null) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    const online = [...this.known.values()].filter((entry) => entry.device.online).length;
    document.getElementById("device-count").textContent = this.known.size ? `${online} of ${this.known.size} online` : "";
    document.getElementById("empty").hidden = this.known.size > 0;
    const more = document.getElementById("more");
    more.hidden = ids.length === shown.length && (ids.length > 0 || this.known.size === 0);
    more.textContent = ids.length === 0 ? "No device has this in its id." : `${ids.length - shown.length} more; the filter finds them.`;
  }

  redraw() {
    for (const { card, device } of this.known.values()) {
      if (card?.element.isConnected && device.status !== null) card.showStatus(device.status, card.zero + device.heard_ms);
    }
  }

  age() {
    for (const { card } of this.known.values()) if (card?.element.isConnected) card.showAge();
  }
}
