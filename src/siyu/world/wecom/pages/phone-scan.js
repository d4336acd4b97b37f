// Scanning codes, and the browser in which pages open.

import { avatar, button, fill, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { phone } from "./phone-state.js";
import { t } from "./words.js";

const PARTS = { page: "posters", way: "ways", join: "joins", kf: "accounts", link: "links" };

/** What comes of an address, wherever it was pressed: a page in the browser, a code's card, or a way out. */
export async function openAddress(shell, text) {
  const found = await shell.act(() => door("code/read", { text }));
  if (!found) return;
  if (found.kind !== "page") offer(shell, found);
  else if (found.path) shell.go("web", found.path);
  else shell.sheet(h("div", { class: "whose" }, h("strong", {}, t("outside")), h("small", {}, found.key)), { text: t("new_tab"), onclick: () => window.open(found.key, "_blank", "noopener") });
}

/** The card that a scanned code shows, and what can be done with it. */
function offer(shell, found) {
  const who = { external_userid: phone.id };
  const choices = {
    way: [t("add"), () => added(shell, () => door("customer/scan-way", { ...who, config_id: found.key }))],
    link: [t("add"), () => added(shell, () => door("customer/open-link", { ...who, link_id: found.key, customer_channel: found.scene }))],
    join: [t("join"), () => joined(shell, () => door("customer/join-chat", { ...who, config_id: found.key }))],
    kf: [t("enter"), () => shell.go("account", found.key, found.scene)],
  };
  const [text, onclick] = choices[found.kind];
  const note = found.kind === "join" ? t("people_count", found.note) : found.note ? t("staff_of", found.note) : "";
  shell.sheet(h("div", { class: "whose" }, avatar(found.name, "large"), h("strong", {}, found.name), note ? h("small", {}, note) : null), { text, kind: "main", onclick: () => void onclick() });
}

async function added(shell, deed) {
  const told = await shell.act(deed);
  if (!told) return;
  await phone.load();
  shell.say(t("added", phone.nameOf(told.userid)));
  shell.go("friend", told.userid);
}

async function joined(shell, deed) {
  const told = await shell.act(deed);
  if (!told) return;
  await phone.load();
  shell.go("group", told.chat_id);
}

export function scanScreen(shell) {
  const input = h("input", { type: "text", placeholder: t("paste"), "aria-label": t("paste") });
  const codes = h("div", { class: "codes" });
  const submit = (event) => {
    event.preventDefault();
    if (input.value.trim()) void openAddress(shell, input.value.trim());
  };
  const tile = (one) =>
    h("li", {}, h("button", { type: "button", class: "code", onclick: () => void openAddress(shell, one.text) }, h("img", { src: new URL(one.picture).pathname, alt: "", loading: "lazy" }), h("span", {}, one.name || one.note), one.note && one.name ? h("small", {}, one.note) : null));
  return {
    title: t("scan"),
    above: ["discover"],
    body: [h("form", { class: "line", onsubmit: submit }, input, h("button", { type: "submit", class: "main" }, t("go"))), codes],
    async refresh() {
      const told = await door("code/list");
      const parts = Object.entries(PARTS).map(([kind, word]) => [word, told.codes.filter((one) => one.kind === kind)]);
      const drawn = parts.filter(([, some]) => some.length).flatMap(([word, some]) => [h("h2", { class: "part" }, t(word)), h("ul", { class: "tiles", "aria-label": t(word) }, some.map(tile))]);
      fill(codes, drawn.length ? drawn : h("p", { class: "empty" }, t("no_codes")));
    },
  };
}

/** A page of Siyu, in a browser that is this person's alone. */
export function webScreen(shell, path) {
  const host = `http://c${phone.around?.person.number ?? 0}.localhost:${location.port}`;
  const frame = h("iframe", { class: "web", title: path, src: host + path, sandbox: "allow-scripts allow-forms allow-same-origin allow-popups", referrerpolicy: "no-referrer", allow: "geolocation" });
  const bar = h(
    "div",
    { class: "web-bar" },
    h("span", { class: "address-line" }, path),
    h("button", { type: "button", class: "side", "aria-label": t("reload"), onclick: () => (frame.src = host + path) }, icon("reload")),
    h("a", { class: "side", href: (phone.around?.siyu ?? "") + path, target: "_blank", rel: "noopener", "aria-label": t("new_tab") }, icon("open")),
  );
  const screen = { title: t("press_note"), kind: "browsing", above: ["scan"], body: [frame], foot: bar, leave: () => removeEventListener("message", heard) };
  /** What the page in the frame tells: its title, or that one of its pictures was pressed. */
  function heard(event) {
    if (event.source !== frame.contentWindow || typeof event.data?.phone !== "string") return;
    if (event.data.phone === "opened") {
      screen.title = String(event.data.title).slice(0, 60) || t("phone");
      shell.draw();
    } else if (event.data.phone === "picture") {
      const read = { text: t("read_code"), kind: "main", onclick: () => void openAddress(shell, String(event.data.source)) };
      shell.sheet(null, read);
    } else if (event.data.phone === "link") {
      void openAddress(shell, String(event.data.address));
    }
  }
  addEventListener("message", heard);
  return screen;
}
