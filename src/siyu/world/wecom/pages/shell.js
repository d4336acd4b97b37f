// The phone itself: status bar, head, tabs, sheets and short notes; one screen at a time, by the hash of the address.

import { button, fill, h, icon } from "./dom.js";
import { follow } from "./doors.js";
import { t } from "./words.js";

export class Shell {
  /** `tabs`: [{path, icon, label, count?}]; `screens`: {name: (shell, ...parts) => screen}. A screen is {title, body, foot?, more?,
   * refresh?, kind?}; `refresh` draws anew what may have changed. */
  constructor(root, tabs, screens) {
    Object.assign(this, { tabs, screens, counts: {} });
    this.clock = h("span", { class: "clock" });
    this.head = h("header", { class: "head" });
    this.main = h("main", { class: "screen" });
    this.foot = h("div", { class: "foot" });
    this.bar = h("nav", { class: "tabs", "aria-label": t("phone") });
    this.note = h("div", { class: "note", role: "status" });
    this.lost = h("div", { class: "lost", hidden: true }, t("lost"));
    this.dialog = h("dialog", { class: "sheet" });
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    const status = h("div", { class: "status", "aria-hidden": "true" }, this.clock, h("span", { class: "island" }), h("span", { class: "signal" }, "5G"));
    fill(root, status, this.lost, this.head, this.main, this.foot, this.bar, this.note, this.dialog);
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.dialog.close());
    addEventListener("hashchange", () => this.show());
  }

  get parts() {
    return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  }

  go(...parts) {
    const hash = `#/${parts.map(encodeURIComponent).join("/")}`;
    if (hash === location.hash) void this.show();
    else location.hash = hash;
  }

  back() {
    this.go(...(this.screen.above ?? [this.tabs[0].path]));
  }

  async show() {
    const [name, ...rest] = this.parts;
    const make = this.screens[name] ?? this.screens[this.tabs[0].path];
    this.dialog.close();
    this.screen?.leave?.();
    this.screen = make(this, ...rest);
    this.main.className = `screen ${this.screen.kind ?? ""}`;
    fill(this.main, this.screen.body);
    fill(this.foot, this.screen.foot ?? []);
    this.main.scrollTop = 0;
    this.draw();
    await this.refresh();
  }

  /** The head and the tabs: they may change while a screen stays. */
  draw() {
    const place = this.tabs.findIndex((tab) => tab.path === this.parts[0]);
    const isRoot = this.screen.isRoot ?? false;
    const { more, title } = this.screen;
    fill(
      this.head,
      isRoot ? h("span", { class: "side" }) : h("button", { type: "button", class: "side", "aria-label": t("back"), onclick: () => this.back() }, icon("back")),
      h("h1", {}, title),
      more ? h("button", { type: "button", class: "side", "aria-label": t("more"), onclick: more }, icon("more")) : h("span", { class: "side" }),
    );
    document.title = title;
    this.bar.hidden = !isRoot;
    fill(
      this.bar,
      this.tabs.map((tab, at) =>
        h(
          "button",
          { type: "button", class: "tab", "aria-current": at === Math.max(place, 0) ? "page" : null, onclick: () => this.go(tab.path) },
          h("span", { class: "tab-icon" }, icon(tab.icon), this.counts[tab.path] ? h("b", { class: "badge" }, String(this.counts[tab.path])) : null),
          tab.label,
        ),
      ),
    );
  }

  async refresh() {
    await this.screen?.refresh?.();
    this.draw();
  }

  /** Does something behind a door and says what came of it, or why nothing did. */
  async act(deed, said = "") {
    try {
      const told = await deed();
      if (said) this.say(said);
      return told;
    } catch (error) {
      this.say(t("failed", error.message), true);
      return null;
    }
  }

  say(text, isBad = false) {
    this.note.textContent = text;
    this.note.className = `note on ${isBad ? "bad" : ""}`;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (this.note.className = "note"), 2600);
  }

  /** A sheet from below: some content, choices {text, onclick, kind?}, and a way out. */
  sheet(content, ...choices) {
    const chosen = (choice) => () => {
      this.dialog.close();
      choice.onclick();
    };
    fill(
      this.dialog,
      h("div", { class: "sheet-inside" }, content ? h("div", { class: "sheet-content" }, content) : null, choices.map((one) => button(one.text, chosen(one), `choice ${one.kind ?? ""}`)), button(t("cancel"), () => this.dialog.close(), "choice quiet")),
    );
    if (!this.dialog.open) this.dialog.show(); // over the phone alone: the world beside it stays within reach
  }

  start(time) {
    this.tick = time;
    setInterval(() => this.setClock(), 5000);
    this.setClock();
    void this.show();
    void follow(
      () => this.changed?.() ?? this.refresh(),
      (isLost) => (this.lost.hidden = !isLost),
    );
  }

  setClock() {
    this.clock.textContent = this.tick();
  }
}

/** A list with a name, of rows, or a word where there is none. */
export function list(label, rows, none = "") {
  return rows.length ? h("ul", { class: "list", "aria-label": label }, rows) : none ? h("p", { class: "empty" }, none) : [];
}

/** A row that can be pressed: picture, two lines, something at the end. */
export function row({ picture, title, text, end, badge, onclick, kind = "" }) {
  const inside = [
    picture,
    h("span", { class: "row-text" }, h("span", { class: "row-title" }, title), text ? h("span", { class: "row-more" }, text) : null),
    end ? h("span", { class: "row-end" }, end) : null,
    badge ? h("b", { class: "badge" }, badge) : null,
  ];
  return h("li", {}, onclick ? h("button", { type: "button", class: `row ${kind}`, onclick }, inside) : h("div", { class: `row ${kind}` }, inside));
}

/** Where something is written; `send` gets the text, and false from it keeps what was written. */
export function composer(send, chips = []) {
  const input = h("textarea", { rows: "1", "aria-label": t("write"), placeholder: t("write"), enterkeyhint: "send" });
  const submit = async (text) => {
    if (text.trim() && (await send(text.trim())) !== false) input.value = "";
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit(input.value);
    }
  });
  return [
    chips.length ? h("div", { class: "chips" }, chips.map((text) => button(text, () => void submit(text), "chip"))) : null,
    h("form", { class: "composer", onsubmit: (event) => (event.preventDefault(), void submit(input.value)) }, input, h("button", { type: "submit", class: "main" }, t("send"))),
  ];
}
