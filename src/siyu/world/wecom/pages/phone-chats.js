// Chats of a customer: with advisers, in groups, with customer service.

import { avatar, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { drawMessages, inBrief } from "./messages.js";
import { officialMessages } from "./phone-official.js";
import { openAddress } from "./phone-scan.js";
import { phone } from "./phone-state.js";
import { composer, list, row } from "./shell.js";
import { brief } from "./time.js";
import { t } from "./words.js";

const WITH_ADVISER = ["chat", "welcome", "mass", "notice"];
const SESSION = { pool: 2, person: 3, ended: 4 };

/** The chat that a message stands in, as [kind, key]; null for a moment. */
function chatOf(message) {
  if (message.chat_id) return ["group", message.chat_id];
  if (message.origin === "kf") return ["account", message.sender];
  return WITH_ADVISER.includes(message.origin) ? ["friend", message.sender] : null;
}

function within(kind, key) {
  return phone.messages.filter((one) => {
    const chat = chatOf(one);
    return chat && chat[0] === kind && chat[1] === key;
  });
}

function chats() {
  const found = new Map();
  const { friends, groups, accounts, names } = phone.around;
  const known = (kind, key, name, at) => found.set(`${kind}/${key}`, { kind, key, name, at, content: null });
  for (const one of groups) known("group", one.chat_id, one.name, 0);
  for (const one of friends) known("friend", one.userid, one.name, one.since);
  const accountNames = Object.fromEntries(accounts.map((one) => [one.open_kfid, one.name]));
  for (const message of phone.messages) {
    const chat = chatOf(message);
    if (!chat) continue;
    const [kind, key] = chat;
    const place = `${kind}/${key}`;
    if (!found.has(place)) known(kind, key, (kind === "account" ? accountNames[key] : names[key]) ?? key, 0);
    Object.assign(found.get(place), { at: message.at, content: message.content, is_own: message.is_own });
  }
  return [...found.values()].sort((one, other) => other.at - one.at);
}

const isKept = (one) => one.content || one.kind !== "friend" || !phone.around.friends.find((each) => each.userid === one.key)?.is_one_way;

/** The chats with accounts of WeChat: those that are followed, or that have written. */
const officialChats = () =>
  phone.officials
    .filter((one) => one.is_following || one.messages.length)
    .map((one) => {
      const last = officialMessages(one).at(-1);
      return { kind: "official", key: one.appid, name: one.name, at: last?.at ?? 0, content: last?.content ?? null };
    });

export function chatsScreen(shell) {
  const body = h("div");
  const picture = (one) => one.kind === "official" ? h("span", { class: "avatar app", "aria-hidden": "true" }, icon("chats")) : (one.kind === "group" ? h("span", { class: "avatar group", "aria-hidden": "true" }, icon("group")) : avatar(one.name));
  return {
    title: t("wechat"),
    isRoot: true,
    body,
    refresh() {
      const rows = [...chats().filter(isKept), ...officialChats()]
        .sort((one, other) => other.at - one.at)
        .map((one) =>
          row({
            picture: picture(one),
            title: one.name,
            text: one.content ? inBrief(one.content) : one.kind === "friend" ? t("staff_of", phone.around.corp) : "",
            end: one.at ? brief(one.at, phone.now) : "",
            onclick: () => shell.go(one.kind, one.key),
          }),
        );
      body.replaceChildren(...[list(t("wechat"), rows, t("no_chats"))].flat());
    },
  };
}

export function contactsScreen(shell) {
  const body = h("div");
  const part = (word, rows) => (rows.length ? [h("h2", { class: "part" }, t(word)), list(t(word), rows)] : []);
  return {
    title: t("contacts"),
    isRoot: true,
    body,
    refresh() {
      const { friends, groups, accounts, corp } = phone.around ?? { friends: [], groups: [], accounts: [] };
      const parts = [
        ...part("officials", phone.officials.map((one) => row({ picture: h("span", { class: "avatar app" }, icon("chats")), title: one.name, text: one.is_following ? t("following") : t("not_following"), onclick: () => shell.go("official", one.appid) }))),
        ...part("advisers", friends.filter((one) => !one.is_one_way).map((one) => row({ picture: avatar(one.name), title: one.name, text: t("staff_of", corp), onclick: () => shell.go("friend", one.userid) }))),
        ...part("groups", groups.map((one) => row({ picture: h("span", { class: "avatar group" }, icon("group")), title: one.name, text: t("people_count", one.count), onclick: () => shell.go("group", one.chat_id) }))),
        ...part("accounts", accounts.map((one) => row({ picture: h("span", { class: "avatar service" }, icon("service")), title: one.name, text: t("kf_note"), onclick: () => shell.go("account", one.open_kfid) }))),
      ];
      body.replaceChildren(...(parts.length ? parts : [h("p", { class: "empty" }, t("no_contacts"))]));
    },
  };
}

/** A chat: a hint on top, the messages, and what to do with one. `given`: {kind, key, title, hint, who, more, send, chips, closed}. */
export function chatScreen(shell, given) {
  const hint = h("p", { class: "chat-hint" });
  const messages = h("ol", { class: "messages", "aria-label": given.title() });
  const open = (address) => void openAddress(shell, address);
  const screen = {
    title: given.title(),
    kind: "chatting",
    body: [hint, messages],
    foot: h("div", {}, composer((text) => given.send(text), given.chips)),
    more: given.more,
    async refresh() {
      screen.title = given.title();
      const closed = given.closed?.();
      hint.textContent = closed || given.hint();
      hint.classList.toggle("closed", Boolean(closed));
      screen.foot.hidden = Boolean(closed) && !given.opensAgain;
      drawMessages(messages, shell.main, given.messages(), phone.now, { open, say: given.answer, notice: given.notice });
    },
  };
  return screen;
}

const mine = () => phone.around.person.name;

export function friendScreen(shell, userid) {
  const friend = () => phone.around.friends.find((one) => one.userid === userid);
  const name = () => phone.nameOf(userid);
  const asked = { external_userid: phone.id, userid };
  const forget = async () => {
    if (await shell.act(() => door("customer/delete-member", asked), t("deleted"))) shell.go("chats");
  };
  const refuse = () => void shell.act(() => door("customer/refuse-transfer", { external_userid: phone.id }), t("refused"));
  return chatScreen(shell, {
    title: name,
    hint: () => t("private_chat"),
    closed: () => (!friend() ? t("not_friend") : friend().is_one_way ? t("deleted_member") : friend().is_half ? t("half_friend") : ""),
    messages: () => within("friend", userid).map((one) => ({ ...one, who: one.is_own ? mine() : name() })),
    notice: () => [
      h("span", {}, t("transfer", name())),
      phone.around.transfer?.userid === userid ? h("button", { type: "button", class: "address", onclick: refuse }, t("refuse_transfer")) : null,
    ].filter(Boolean),
    more: () => shell.sheet(h("div", { class: "whose" }, avatar(name(), "large"), h("strong", {}, name()), h("small", {}, t("staff_of", phone.around.corp))), ...(friend() && !friend().is_one_way ? [{ text: t("delete_member"), kind: "danger", onclick: forget }] : [])),
    send: (text) => shell.act(() => door("customer/write", { ...asked, text })).then((told) => told !== null),
  });
}

export function groupScreen(shell, chatId) {
  const group = () => phone.around.groups.find((one) => one.chat_id === chatId);
  const asked = { external_userid: phone.id, chat_id: chatId };
  const leave = async () => {
    if (await shell.act(() => door("customer/leave-chat", asked), t("left"))) shell.go("chats");
  };
  const about = () => {
    const one = group();
    if (!one) return;
    const people = h("ul", { class: "faces" }, one.members.map((name) => h("li", {}, avatar(name), h("span", {}, name))));
    const told = [h("strong", {}, `${one.name}（${one.count}）`), h("small", {}, t("owner", one.owner)), one.notice ? h("p", {}, t("notice", one.notice)) : null, people];
    shell.sheet(h("div", { class: "whose" }, told.filter(Boolean)), { text: t("leave_group"), kind: "danger", onclick: leave });
  };
  const whose = (one) => (one.is_own ? mine() : phone.nameOf(one.sender));
  return chatScreen(shell, {
    title: () => (group() ? `${group().name}（${group().count}）` : t("groups")),
    hint: () => t("private_group"),
    closed: () => (group() ? "" : t("left")),
    messages: () => within("group", chatId).map((one) => ({ ...one, who: whose(one), named: true })),
    more: about,
    send: (text) => shell.act(() => door("chat/write", { ...asked, text })).then((told) => told !== null),
  });
}

export function accountScreen(shell, openKfid, scene = "") {
  const name = () => phone.around.accounts.find((one) => one.open_kfid === openKfid)?.name ?? t("accounts");
  const asked = { external_userid: phone.id, open_kfid: openKfid };
  let session = { state: 0, servicer: "" };
  const write = async (content) => (await shell.act(() => door("customer/write-kf", { ...asked, content }))) !== null;
  const screen = chatScreen(shell, {
    title: name,
    opensAgain: true,
    hint: () => (session.state === SESSION.person ? t("kf_person", session.servicer) : session.state === SESSION.pool ? t("kf_pool") : t("kf_note")),
    closed: () => (session.state === SESSION.ended ? t("kf_ended") : ""),
    messages: () => within("account", openKfid).map((one) => ({ ...one, who: one.is_own ? mine() : name() })),
    answer: (text, id) => write({ msgtype: "text", text: { content: text, menu_id: id } }),
    send: (text) => write({ msgtype: "text", text: { content: text } }),
    chips: [t("say_hello"), t("say_person"), t("say_stop"), t("say_erase")],
    more: () => shell.sheet(h("div", { class: "whose" }, h("strong", {}, name())), { text: t(session.is_rejecting ? "kf_accept" : "kf_reject"), kind: session.is_rejecting ? "main" : "danger", onclick: turn }),
  });
  const turn = () => void shell.act(() => door("customer/reject-kf", { ...asked, is_rejecting: !session.is_rejecting }), t("done"));
  const draw = screen.refresh;
  screen.refresh = async () => {
    session = await door("person/kf", asked);
    await draw();
  };
  void shell.act(() => door("customer/enter-kf", { ...asked, scene }));
  return screen;
}
