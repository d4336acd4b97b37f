// The world beside the phone: who there is, what time it is, and what may go wrong.

import { avatar, button, fill, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { day, hour } from "./time.js";
import { fate, switchLanguage, t } from "./words.js";

const FAULTS = [
  ["fault_drop", { kind: "callback_drop" }],
  ["fault_twice", { kind: "callback_duplicate" }],
  ["fault_busy", { kind: "errcode", place: "/cgi-bin/externalcontact/", errcode: 45033, count: 3 }],
  ["fault_broken", { kind: "status", place: "/cgi-bin/", status: 502, count: 3 }],
];
const SHOWN = 6;

/** `people` draws the part about whose phone it is; `say` tells what came of a deed. */
export class Panel {
  constructor(root, { people, other, say }) {
    this.people = people;
    this.say = say;
    this.time = h("p", { class: "world-time" });
    this.told = h("ol", { class: "told", "aria-label": t("callbacks") });
    this.siyu = h("a", { class: "button", hidden: true }, t("to_siyu"), icon("open"));
    const part = (name, ...inside) => h("section", {}, h("h2", {}, t(name)), inside);
    fill(
      root,
      h("div", { class: "panel-head" }, h("div", {}, h("h1", {}, t("world")), h("p", {}, t("world_lead"))), h("div", { class: "buttons" }, button(t("language"), switchLanguage), h("button", { type: "button", class: "panel-close", "aria-label": t("close"), onclick: () => document.body.classList.remove("show-panel") }, icon("close")))),
      h("div", { class: "buttons" }, h("a", { class: "button", href: other.href }, t(other.word), icon("open")), this.siyu),
      part("who", people.element),
      part("clock", this.time, h("div", { class: "buttons" }, button(t("hour"), () => this.advance(3600)), button(t("day"), () => this.advance(86400)))),
      part(
        "faults",
        h("p", { class: "hint" }, t("fault_note")),
        h(
          "div",
          { class: "buttons" },
          FAULTS.map(([word, fault]) => button(t(word), () => this.do(() => door("fault/add", fault)))),
          button(t("fault_token"), () => this.do(() => door("token/revoke"))),
          button(t("fault_clear"), () => this.do(() => door("fault/clear"))),
        ),
      ),
      part("callbacks", this.told),
    );
  }

  async do(deed) {
    try {
      await deed();
      this.say(t("done"));
    } catch (error) {
      this.say(t("failed", error.message), true);
    }
  }

  advance(seconds) {
    return this.do(() => door("clock/advance", { seconds }));
  }

  async refresh(siyu = "") {
    const [state, told] = await Promise.all([door("state"), door("callback/list")]);
    const now = Date.parse(state.now) / 1000;
    this.time.textContent = `${day(now)} ${hour(now)}`;
    if (siyu) {
      this.siyu.href = siyu;
      this.siyu.hidden = false;
    }
    const last = told.callbacks.slice(-SHOWN).reverse();
    fill(
      this.told,
      last.length ? last.map((one) => h("li", {}, h("code", {}, one.change || one.event), h("span", { class: `fate ${one.fate}` }, fate(one.fate)))) : h("li", { class: "hint" }, t("no_callbacks")),
    );
  }
}

/** A list to choose from, with a box to search in: `find(text)` gives rows {key, name, text?}. */
export class Chooser {
  constructor({ placeholder, find, chosen, newcomer }) {
    Object.assign(this, { find, chosen });
    this.input = h("input", { type: "search", placeholder, "aria-label": placeholder, oninput: () => void this.refresh() });
    this.list = h("ul", { class: "choices", "aria-label": t("who") });
    this.element = h("div", { class: "chooser" }, this.input, this.list, newcomer ? this.newcomer(newcomer) : null);
  }

  newcomer(come) {
    const name = h("input", { type: "text", maxlength: "30", placeholder: t("newcomer"), "aria-label": t("newcomer") });
    const submit = async (event) => {
      event.preventDefault();
      if (name.value.trim()) await come(name.value.trim());
      name.value = "";
    };
    return h("form", { class: "newcomer", onsubmit: submit }, name, h("button", { type: "submit", class: "main" }, t("come")));
  }

  async refresh() {
    const asked = this.input.value.trim();
    const rows = await this.find(asked);
    if (asked !== this.input.value.trim()) return;
    fill(
      this.list,
      rows.map((one) => h("li", {}, h("button", { type: "button", "aria-pressed": one.isChosen ? "true" : "false", onclick: () => this.chosen(one.key) }, avatar(one.name, "small"), h("span", {}, one.name), one.text ? h("small", {}, one.text) : null))),
    );
  }
}
