// The customers of a member: a list that grows, and the card of each with remark and tags.

import { avatar, button, fill, h } from "./dom.js";
import { door } from "./doors.js";
import { client } from "./staff-state.js";
import { list, row } from "./shell.js";
import { day } from "./time.js";
import { t } from "./words.js";

const PAGE = 50;

export function customersScreen(shell) {
  const body = h("div");
  let pages = 1;
  const more = () => {
    pages += 1;
    void shell.refresh();
  };
  const screen = {
    title: t("customers"),
    isRoot: true,
    body,
    async refresh() {
      const rows = [];
      let after = 0;
      for (let page = 0; page < pages && after !== null; page += 1) {
        const told = await door("staff/customers", { userid: client.userid, after, limit: PAGE });
        rows.push(...told.customers);
        after = told.next;
      }
      const drawn = rows.map((one) =>
        row({
          picture: avatar(one.name),
          title: one.remark || one.name,
          text: h("span", { class: "tags" }, one.tags.map((name) => h("span", { class: "tag" }, name)), one.is_half ? h("span", { class: "tag warm" }, t("half")) : null, one.tags.length ? null : t("since", day(one.since))),
          onclick: () => shell.go("card", one.external_userid),
        }),
      );
      fill(body, list(t("customers"), drawn, t("no_customers")), after !== null ? h("div", { class: "buttons middle" }, button(t("load_more"), more)) : []);
    },
  };
  return screen;
}

export function cardScreen(shell, externalUserid) {
  const asked = { userid: client.userid, external_userid: externalUserid };
  const body = h("div", { class: "card-page" });
  let isChanging = false;
  const screen = { title: "", above: ["customers"], body, refresh };

  async function refresh() {
    if (isChanging) return;
    const told = await door("staff/chat", asked);
    screen.title = told.name;
    const { relation } = told;
    if (!relation) return fill(body, h("p", { class: "empty" }, t("not_friend")));
    const remark = h("input", { type: "text", maxlength: "20", value: relation.remark, "aria-label": t("remark"), placeholder: t("remark") });
    const had = new Set(relation.tag_ids);
    const wanted = new Set(had);
    const toggle = (tag) => (event) => {
      isChanging = true;
      if (!wanted.delete(tag.tag_id)) wanted.add(tag.tag_id);
      event.currentTarget.setAttribute("aria-pressed", String(wanted.has(tag.tag_id)));
    };
    remark.addEventListener("input", () => (isChanging = true));
    const save = async (event) => {
      event.preventDefault();
      isChanging = false;
      const changed = { add_tag: [...wanted].filter((one) => !had.has(one)), remove_tag: [...had].filter((one) => !wanted.has(one)) };
      await shell.act(() => door("staff/edit-customer", { ...asked, remark: remark.value, ...changed }), t("saved"));
    };
    const forget = async () => {
      if (await shell.act(() => door("staff/delete-customer", asked), t("deleted"))) shell.go("customers");
    };
    const ask = () => shell.sheet(h("div", { class: "whose" }, avatar(told.name, "large"), h("strong", {}, told.name)), { text: t("delete_customer"), kind: "danger", onclick: () => void forget() });
    const groups = byGroup(client.around.tags);
    return fill(
      body,
      h("div", { class: "card-me" }, avatar(told.name, "large"), h("div", {}, h("strong", {}, told.name), h("small", {}, t("since", day(relation.since))), relation.state ? h("small", {}, t("channel", relation.state)) : null)),
      h(
        "form",
        { class: "edit", onsubmit: (event) => void save(event) },
        h("h2", { class: "part" }, t("remark")),
        remark,
        [...groups].flatMap(([name, tags]) => [
          h("h2", { class: "part" }, name),
          h("div", { class: "tag-choices", role: "group", "aria-label": name }, tags.map((tag) => h("button", { type: "button", class: "chip", "aria-pressed": String(had.has(tag.tag_id)), onclick: toggle(tag) }, tag.name))),
        ]),
        h("div", { class: "buttons middle" }, h("button", { type: "submit", class: "main" }, t("save")), button(t("messages"), () => shell.go("customer", externalUserid)), button(t("delete_customer"), ask, "danger")),
      ),
    );
  }
  return screen;
}

function byGroup(tags) {
  const found = new Map();
  for (const tag of tags) found.set(tag.group, [...(found.get(tag.group) ?? []), tag]);
  return found;
}
