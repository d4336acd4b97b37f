// The WeCom of one of the staff: messages, tasks to confirm, customers, groups.

import { avatar, button, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { Chooser, Panel } from "./panel.js";
import { appScreen, customerScreen, groupScreen, groupsScreen, messagesScreen, sessionScreen } from "./staff-chats.js";
import { cardScreen, customersScreen } from "./staff-customers.js";
import { SideBar } from "./staff-bar.js";
import { client } from "./staff-state.js";
import { tasksScreen } from "./staff-tasks.js";
import { list, row, Shell } from "./shell.js";
import { hour } from "./time.js";
import { t } from "./words.js";

const query = new URLSearchParams(location.search);
const openPanel = () => document.body.classList.add("show-panel");

function meScreen(shell) {
  const { member, department, customers } = client.around ?? { member: { name: "" }, department: "", customers: 0 };
  const resign = async () => {
    if (!(await shell.act(() => door("staff/resign", { userid: client.userid }), t("resigned")))) return;
    location.assign("/staff");
  };
  const leave = () => shell.sheet(h("div", { class: "whose" }, avatar(member.name, "large"), h("p", {}, t("resign_sure", member.name))), { text: t("resign"), kind: "danger", onclick: () => void resign() });
  return {
    title: t("me"),
    isRoot: true,
    body: [
      h("div", { class: "card-me" }, avatar(member.name, "large"), h("div", {}, h("strong", {}, member.name), h("small", {}, `${department} · ${t("to_count", customers)}`))),
      list(t("me"), [
        row({ picture: icon("world", "tint"), title: t("world"), text: t("switch_person"), end: icon("chevron"), onclick: openPanel }),
        row({ picture: icon("close", "tint warm"), title: t("resign"), end: icon("chevron"), onclick: leave }),
      ]),
    ],
  };
}

function nobodyScreen() {
  return { title: t("wecom"), isRoot: true, body: [h("p", { class: "empty" }, t("choose_member")), h("div", { class: "buttons middle" }, button(t("world"), openPanel, "main"))] };
}

const known = (screen) => (shell, ...parts) => (client.around ? screen(shell, ...parts) : nobodyScreen());
const shell = new Shell(
  document.getElementById("phone"),
  [
    { path: "messages", icon: "chats", label: t("messages") },
    { path: "tasks", icon: "tasks", label: t("tasks") },
    { path: "customers", icon: "people", label: t("customers") },
    { path: "groups", icon: "group", label: t("chats") },
    { path: "me", icon: "me", label: t("me") },
  ],
  {
    messages: known(messagesScreen),
    app: known(appScreen),
    session: known(sessionScreen),
    customer: known(customerScreen),
    card: known(cardScreen),
    tasks: known(tasksScreen),
    customers: known(customersScreen),
    groups: known(groupsScreen),
    group: known(groupScreen),
    me: known(meScreen),
  },
);

shell.sideBar = new SideBar(document.getElementById("bar"));
const panel = new Panel(document.getElementById("panel"), {
  other: { href: "/phone", word: "to_phone" },
  say: (text, isBad) => shell.say(text, isBad),
  people: new Chooser({
    placeholder: t("find_person"),
    find: async (text) => {
      const { members } = await door("staff/list");
      const wanted = members.filter((one) => one.name.includes(text) || one.userid.includes(text));
      return wanted.slice(0, 100).map((one) => ({ key: one.userid, name: one.name, text: t("to_count", one.customers), isChosen: one.userid === client.userid }));
    },
    chosen: (userid) => {
      query.set("member", userid);
      location.assign(`?${query}#/messages`);
    },
  }),
});

const load = async () => {
  try {
    await client.load();
  } catch (error) {
    if (error.errcode !== 60111) throw error;
    query.delete("member"); // this member has left
    location.search = query.toString();
  }
  shell.counts.tasks = client.around?.waiting || 0;
  shell.counts.messages = client.sessions.filter((one) => one.is_waiting).length;
};
shell.changed = async () => {
  await load();
  await Promise.all([shell.refresh(), panel.refresh(), panel.people.refresh()]);
};
await load();
shell.start(() => hour(client.now));
await Promise.all([panel.people.refresh(), panel.refresh()]);
