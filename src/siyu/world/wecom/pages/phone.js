// A customer's phone: chats, contacts, moments, a scanner and a browser.

import { avatar, button, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { Chooser, Panel } from "./panel.js";
import { accountScreen, chatsScreen, contactsScreen, friendScreen, groupScreen } from "./phone-chats.js";
import { momentsScreen } from "./phone-moments.js";
import { officialScreen } from "./phone-official.js";
import { openAddress, scanScreen, webScreen } from "./phone-scan.js";
import { phone } from "./phone-state.js";
import { list, row, Shell } from "./shell.js";
import { hour } from "./time.js";
import { t } from "./words.js";

const query = new URLSearchParams(location.search);

function discoverScreen(shell) {
  const rows = [
    row({ picture: icon("scan", "tint"), title: t("scan"), end: icon("chevron"), onclick: () => shell.go("scan") }),
    row({ picture: icon("moments", "tint warm"), title: t("moments"), end: icon("chevron"), onclick: () => shell.go("moments") }),
  ];
  return { title: t("discover"), isRoot: true, body: list(t("discover"), rows) };
}

function meScreen() {
  const name = phone.around?.person.name ?? "";
  const open = () => document.body.classList.add("show-panel");
  return {
    title: t("me"),
    isRoot: true,
    body: [
      h("div", { class: "card-me" }, avatar(name, "large"), h("div", {}, h("strong", {}, name), h("small", {}, phone.id ?? ""))),
      list(t("me"), [row({ picture: icon("world", "tint"), title: t("world"), text: t("switch_person"), end: icon("chevron"), onclick: open })]),
    ],
  };
}

const known = (screen) => (it, ...parts) => (phone.around ? screen(it, ...parts) : nobodyScreen());
const root = document.getElementById("phone");
const shell = new Shell(
  root,
  [
    { path: "chats", icon: "chats", label: t("wechat") },
    { path: "contacts", icon: "people", label: t("contacts") },
    { path: "discover", icon: "discover", label: t("discover") },
    { path: "me", icon: "me", label: t("me") },
  ],
  {
    chats: known(chatsScreen),
    contacts: known(contactsScreen),
    discover: known(discoverScreen),
    me: known(meScreen),
    friend: known(friendScreen),
    group: known(groupScreen),
    account: known(accountScreen),
    official: known(officialScreen),
    moments: known(momentsScreen),
    scan: known(scanScreen),
    web: known(webScreen),
  },
);

function nobodyScreen() {
  const open = () => document.body.classList.add("show-panel");
  return { title: t("phone"), isRoot: true, body: [h("p", { class: "empty" }, t("choose_person")), h("div", { class: "buttons middle" }, button(t("world"), open, "main"))] };
}

const become = (id) => {
  query.set("person", id);
  location.assign(`?${query}#/chats`);
};
const panel = new Panel(document.getElementById("panel"), {
  other: { href: "/staff", word: "to_staff" },
  say: (text, isBad) => shell.say(text, isBad),
  people: new Chooser({
    placeholder: t("find_person"),
    find: async (text) => (await door("person/find", { text })).persons.map((one) => ({ key: one.external_userid, name: one.name, isChosen: one.external_userid === phone.id })),
    chosen: become,
    newcomer: async (name) => {
      const made = await shell.act(() => door("person/add", { name }));
      if (made) become(made.external_userid);
    },
  }),
});

const load = async () => {
  try {
    await phone.load();
  } catch (error) {
    if (error.errcode !== 40096) throw error;
    query.delete("person"); // this world was made anew, and nobody here has that id
    location.search = query.toString();
  }
};
shell.changed = async () => {
  await load();
  await Promise.all([shell.refresh(), panel.refresh(phone.around?.siyu)]);
};
await load();
shell.start(() => hour(phone.now));
await Promise.all([panel.people.refresh(), panel.refresh(phone.around?.siyu)]);
if (phone.around && query.has("open")) {
  const text = query.get("open"); // somebody followed a link that leads into WeChat: it opens once
  query.delete("open");
  history.replaceState(null, "", `?${query}${location.hash}`);
  await openAddress(shell, text);
}
