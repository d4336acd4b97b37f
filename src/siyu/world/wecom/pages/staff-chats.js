// Messages of a member: of the company's apps, with customers, in groups.

import { avatar, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { drawMessages, inBrief } from "./messages.js";
import { client } from "./staff-state.js";
import { composer, list, row } from "./shell.js";
import { brief } from "./time.js";
import { t } from "./words.js";

const open = (address) => window.open(address, "_blank", "noopener");

export function messagesScreen(shell) {
  const body = h("div");
  return {
    title: t("messages"),
    isRoot: true,
    body,
    refresh() {
      const apps = new Map(client.notices.map((one) => [one.sender, one]));
      const rows = [
        ...[...apps].map(([sender, last]) => ({ at: last.at, name: t("from_app", sender), content: last.content, picture: h("span", { class: "avatar app", "aria-hidden": "true" }, icon("tasks")), to: ["app", sender] })),
        ...client.sessions.map((one) => ({ at: one.messages.at(-1)?.at ?? 0, name: one.name, content: one.messages.at(-1)?.content ?? {}, badge: one.is_waiting ? "!" : null, picture: h("span", { class: "avatar service", "aria-hidden": "true" }, icon("service")), to: ["session", one.open_kfid, one.external_userid] })),
        ...client.around.chats.map((one) => ({ at: one.at, name: one.name, content: one.content, picture: avatar(one.name), to: ["customer", one.external_userid] })),
      ].sort((one, other) => other.at - one.at);
      const drawn = rows.map((one) => row({ picture: one.picture, title: one.name, text: inBrief(one.content), end: one.at ? brief(one.at, client.now) : "", badge: one.badge, onclick: () => shell.go(...one.to) }));
      const turn = () => void shell.act(() => door("staff/kf-duty", { userid: client.userid, is_on_duty: client.duty !== "on" }), t("done"));
      const duty = client.duty === "none" ? [] : [h("p", { class: "chat-hint" }, h("button", { type: "button", class: "address", onclick: turn }, t(client.duty === "on" ? "kf_on_duty" : "kf_resting")))];
      body.replaceChildren(...duty, ...[list(t("messages"), drawn, t("no_messages"))].flat());
    },
  };
}

export function appScreen(shell, sender) {
  const messages = h("ol", { class: "messages", "aria-label": sender });
  return {
    title: sender,
    kind: "chatting",
    above: ["messages"],
    body: [messages],
    refresh() {
      const rows = client.notices.filter((one) => one.sender === sender).map((one) => ({ ...one, who: sender, is_own: false }));
      drawMessages(messages, shell.main, rows, client.now, { open });
    },
  };
}

export function customerScreen(shell, externalUserid) {
  const asked = { userid: client.userid, external_userid: externalUserid };
  const hint = h("p", { class: "chat-hint" });
  const messages = h("ol", { class: "messages" });
  const write = async (text) => (await shell.act(() => door("staff/write", { ...asked, text }))) !== null;
  const accept = () => void shell.act(() => door("staff/add-back", asked), t("done"));
  const screen = {
    title: "",
    kind: "chatting",
    above: ["messages"],
    body: [hint, messages],
    foot: h("div", {}, composer(write)),
    more: () => shell.go("card", externalUserid),
    async refresh() {
      const told = await door("staff/chat", asked);
      screen.title = told.relation?.remark || told.name;
      hint.replaceChildren(told.relation?.is_half ? h("button", { type: "button", class: "address", onclick: accept }, t("accept")) : t("private_chat"));
      const mine = client.around.member.name;
      const rows = told.messages.map((one) => ({ ...one, who: one.is_own ? mine : told.name }));
      drawMessages(messages, shell.main, rows, client.now, { open, notice: () => [t("transfer", mine)] });
    },
  };
  if (client.around.siyu) {
    shell.sideBar.show(externalUserid);
    screen.leave = () => shell.sideBar.show(null);
  }
  return screen;
}

/** A customer of customer service: to be taken while they wait, then to be answered. */
export function sessionScreen(shell, openKfid, externalUserid) {
  const asked = { userid: client.userid, open_kfid: openKfid, external_userid: externalUserid };
  const session = () => client.sessions.find((one) => one.open_kfid === openKfid && one.external_userid === externalUserid);
  const hint = h("p", { class: "chat-hint" });
  const messages = h("ol", { class: "messages" });
  const take = () => void shell.act(() => door("staff/kf-take", asked), t("done"));
  const finish = () => void shell.act(() => door("staff/kf-end", asked), t("kf_finished")).then((told) => told && shell.go("messages"));
  const screen = {
    title: session()?.name ?? t("accounts"),
    kind: "chatting",
    above: ["messages"],
    body: [hint, messages],
    foot: h("div", {}, composer(async (text) => (await shell.act(() => door("staff/kf-write", { ...asked, text }))) !== null)),
    more: () => shell.sheet(h("div", { class: "whose" }, avatar(screen.title, "large"), h("strong", {}, screen.title)), { text: t("kf_finish"), kind: "danger", onclick: finish }),
    refresh() {
      const one = session();
      screen.foot.hidden = !one || one.is_waiting;
      hint.replaceChildren(one?.is_waiting ? h("button", { type: "button", class: "address", onclick: take }, t("kf_take")) : one ? one.account : t("kf_finished"));
      const rows = (one?.messages ?? []).map((each) => ({ ...each, who: each.is_own ? one.account : one.name }));
      drawMessages(messages, shell.main, rows, client.now, { open });
    },
  };
  return screen;
}

export function groupsScreen(shell) {
  const body = h("div");
  return {
    title: t("chats"),
    isRoot: true,
    body,
    refresh() {
      const rows = client.around.groups.map((one) =>
        row({ picture: h("span", { class: "avatar group", "aria-hidden": "true" }, icon("group")), title: one.name, text: `${t("people_count", one.count)}${one.is_owner ? ` · ${t("i_am_owner")}` : ""}`, end: icon("chevron"), onclick: () => shell.go("group", one.chat_id) }),
      );
      body.replaceChildren(...[list(t("chats"), rows, t("no_groups"))].flat());
    },
  };
}

export function groupScreen(shell, chatId) {
  const group = () => client.around.groups.find((one) => one.chat_id === chatId);
  const asked = { userid: client.userid, chat_id: chatId };
  const messages = h("ol", { class: "messages" });
  const about = () => {
    const one = group();
    const people = h("ul", { class: "faces" }, one.members.map((name) => h("li", {}, avatar(name), h("span", {}, name))));
    const choices = one.is_owner ? [{ text: t("group_welcome"), onclick: () => void chooseWelcome() }] : [];
    shell.sheet(h("div", { class: "whose" }, h("strong", {}, `${one.name}（${one.count}）`), h("small", {}, t("owner", one.owner)), people), ...choices);
  };
  const chooseWelcome = async () => {
    const { welcomes } = await door("chat/welcomes");
    const has = group().welcome;
    const choose = (templateId) => () => void shell.act(() => door("chat/choose-welcome", { ...asked, template_id: templateId }), t("done"));
    const choices = welcomes.map((one) => ({ text: `${one.template_id === has ? "✓ " : ""}${one.text || t("welcome_without_text")}`, onclick: choose(one.template_id) }));
    shell.sheet(h("div", { class: "whose" }, h("strong", {}, t("group_welcome")), h("small", {}, t(welcomes.length ? "welcome_hint" : "no_welcomes"))), ...choices, ...(has ? [{ text: t("no_welcome"), kind: "danger", onclick: choose("") }] : []));
  };
  return {
    title: group() ? `${group().name}（${group().count}）` : t("chats"),
    kind: "chatting",
    above: ["groups"],
    body: [h("p", { class: "chat-hint" }, t("private_group")), messages],
    foot: h("div", {}, composer(async (text) => (await shell.act(() => door("chat/write", { ...asked, text }))) !== null)),
    more: about,
    async refresh() {
      const told = await door("staff/group", asked);
      const rows = told.messages.map((one) => ({ ...one, who: one.sender, named: true }));
      drawMessages(messages, shell.main, rows, client.now, { open });
    },
  };
}
