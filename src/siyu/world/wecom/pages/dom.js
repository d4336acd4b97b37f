// Elements without a framework: nothing here ever takes text for markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (`onclick`) and children; what is null or false is left out. */
export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

const PATHS = {
  chats: "M4 5.5h16v10.5h-9l-4.5 3.5V16H4z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.8 20c0-3.6 2.8-6 6.2-6s6.2 2.4 6.2 6M16 4.6a3.3 3.3 0 0 1 0 6.2M17.6 14.4c2.2.7 3.6 2.7 3.6 5.6",
  discover: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM15.5 8.5l-2 5-5 2 2-5z",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  moments: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v9l6.4 6.4M3.2 10.5L12 12",
  tasks: "M5 4.5h14v15H5zM8.5 9h7M8.5 13h7M8.5 17h4",
  group: "M8.5 10.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM15.8 10.5a2.6 2.6 0 1 0 0-5.2M3 19.5c0-3.4 2.4-5.6 5.5-5.6s5.5 2.2 5.5 5.6zM16.4 14.2c2.6.2 4.6 2.2 4.6 5.3h-3.6",
  service: "M5 13v-1a7 7 0 0 1 14 0v1M5 13v4h3v-5H5zM19 13v4h-3v-5h3zM17.5 17c0 2-2 3-4.5 3",
  world: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  heart: "M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.4 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z",
  link: "M9.5 14.5l5-5M8 11l-2.2 2.2a3.5 3.5 0 0 0 5 5L13 16M16 13l2.2-2.2a3.5 3.5 0 0 0-5-5L11 8",
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  video: "M4 6h11v12H4zM15 10.5l5-3v9l-5-3z",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M9 9.2h.01",
  chevron: "M9 5l7 7-7 7",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  reload: "M19 12a7 7 0 1 1-2-5M17 3v4.5h-4.5",
};

export function icon(name, kind = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon ${kind}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A square with the last two characters of a name, in one of six colours that are always the same for it. */
export function avatar(name, kind = "") {
  const letters = Array.from((name || "?").trim());
  const colour = letters.reduce((sum, each) => (sum * 31 + each.codePointAt(0)) % 997, 7) % 6;
  return h("span", { class: `avatar colour-${colour} ${kind}`, "aria-hidden": "true" }, letters.slice(-2).join(""));
}

export function button(text, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, text);
}
