// What the company asks a member to send: nothing goes out before the member says so.

import { button, fill, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { pictureOf } from "./messages.js";
import { client } from "./staff-state.js";
import { brief } from "./time.js";
import { t } from "./words.js";

const WAITING = 0;
const SENT = 2;
const DELIVERED = 1;
const NO_FRIEND = 2;
const OVER_QUOTA = 3;
const SECONDS_EACH = 6;

const isWaiting = (one) => (one.moment_id ? !one.is_published : one.status === WAITING && !one.is_cancelled);

function attachment(one) {
  const part = one[one.msgtype];
  const source = pictureOf(part);
  const word = one.msgtype === "miniprogram" ? t("mini") : null;
  return h("span", { class: "task-part" }, source ? h("img", { src: source, alt: "" }) : icon(one.msgtype === "link" ? "link" : "file"), h("span", {}, part.title || word || t(one.msgtype === "image" ? "image" : "file")));
}

function stateOf(one) {
  if (one.moment_id) return one.is_published ? t("published") : t("waiting");
  if (one.is_cancelled) return t("cancelled");
  return one.status === SENT ? t("sent") : one.status === WAITING ? t("waiting") : t("ignored");
}

export function tasksScreen(shell) {
  const body = h("div", { class: "tasks" });
  const who = { userid: client.userid };
  const confirm = (one, chatIds) => (one.moment_id ? door("staff/publish", { ...who, moment_id: one.moment_id }) : door("staff/confirm", { ...who, msgid: one.msgid, ...(chatIds ? { chat_ids: chatIds } : {}) }));

  const send = (one) => {
    if (one.chat_type !== "group" || one.targets) return void shell.act(() => confirm(one), t("done"));
    const own = client.around.groups.filter((each) => each.is_owner);
    const boxes = own.map((each) => h("label", { class: "box" }, h("input", { type: "checkbox", value: each.chat_id, checked: true }), `${each.name}（${each.count}）`));
    const chosen = () => boxes.map((box) => box.querySelector("input")).filter((box) => box.checked);
    const go = () => void shell.act(() => confirm(one, chosen().map((box) => box.value)), t("done"));
    return shell.sheet(h("div", { class: "whose" }, h("strong", {}, t("choose_groups")), boxes), { text: t("send_all"), kind: "main", onclick: go });
  };

  const sendAll = async (waiting) => {
    for (const one of waiting) if (!(await shell.act(() => confirm(one)))) return;
    shell.say(t("done"));
  };

  function task(one) {
    const isGroup = one.chat_type === "group";
    const name = one.moment_id ? t("publish") : t(isGroup ? "mass_groups" : "mass");
    const to = one.moment_id ? null : isGroup ? (one.targets ? t("to_groups", one.targets) : t("choose_groups")) : t("to_count", one.targets);
    const names = (one.who ?? []).slice(0, 6).join("、");
    const result = one.status === SENT ? t("outcome", one.outcomes[DELIVERED] ?? 0, one.outcomes[NO_FRIEND] ?? 0, one.outcomes[OVER_QUOTA] ?? 0) : null;
    const ignore = () => void shell.act(() => door("staff/ignore", { ...who, msgid: one.msgid }), t("ignored"));
    return h(
      "li",
      { class: `task ${isWaiting(one) ? "" : "past"}` },
      h("div", { class: "task-head" }, h("strong", {}, name), h("span", { class: "state" }, stateOf(one)), h("small", {}, brief(one.created_at, client.now))),
      one.content.text?.content ? h("p", { class: "task-text" }, one.content.text.content) : null,
      (one.content.attachments ?? []).map(attachment),
      to ? h("p", { class: "task-to" }, to, names ? h("span", {}, `${names}${one.targets > 6 ? ` ${t("and_more", one.targets)}` : ""}`) : null) : null,
      one.reminders ? h("p", { class: "task-to warm" }, t("reminded", one.reminders)) : null,
      result ? h("p", { class: "task-to" }, result) : null,
      isWaiting(one) ? h("div", { class: "buttons" }, button(t(one.moment_id ? "publish_now" : "send_all"), () => send(one), "main"), one.moment_id ? null : button(t("ignore"), ignore)) : null,
    );
  }

  return {
    title: t("tasks"),
    isRoot: true,
    body,
    async refresh() {
      const told = await door("staff/tasks", who);
      const all = [...told.messages, ...told.moments];
      const waiting = all.filter(isWaiting).sort((one, other) => one.created_at - other.created_at);
      const past = all.filter((one) => !isWaiting(one)).sort((one, other) => other.created_at - one.created_at);
      const ready = waiting.filter((one) => one.chat_type !== "group" || one.targets);
      const pack = ready.length > 1 ? h("div", { class: "pack" }, h("span", {}, t("pack", waiting.length, waiting.length * SECONDS_EACH)), button(t("send_pack"), () => void sendAll(ready), "main")) : [];
      fill(body, pack, all.length ? h("ul", { class: "task-list", "aria-label": t("tasks") }, [...waiting, ...past].map(task)) : h("p", { class: "empty" }, t("no_tasks")));
    },
  };
}
