// SPDX-License-Identifier: Apache-2.0
// What the lists of the console have in common: a line, a time of day, a span of time.

/** Fills `item` with: time, who, a tag of a colour, text. Empty parts are left out. */
export function line(item, time, who, tag, colour, text) {
  item.replaceChildren();
  const add = (name, content) => {
    if (content === "") return;
    if (item.childNodes.length > 0) item.append(" ");
    const part = item.appendChild(document.createElement("span"));
    part.className = name;
    part.textContent = content;
  };
  add("time", time);
  add("who", who);
  add(`tag ${colour}`, tag);
  add("text", text);
}

/** "14:03:27" */
export function clock(at) {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** "45 s", "3 min", "2 h 5 min", "4 d 1 h" */
export function since(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
