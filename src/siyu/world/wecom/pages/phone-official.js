// An account of WeChat on the phone: to follow, to write to, to be sent templates by.

import { avatar, button, h } from "./dom.js";
import { wechatDoor } from "./doors.js";
import { chatScreen } from "./phone-chats.js";
import { openAddress } from "./phone-scan.js";
import { phone } from "./phone-state.js";
import { t } from "./words.js";

/** What an account said, in the shape of all other messages. */
function shaped(message) {
  const { content } = message;
  if (message.origin === "template" || message.origin === "subscribed") {
    const description = Object.values(content.data).map((one) => one.value).join("\n");
    return { ...message, content: { msgtype: "textcard", textcard: { title: content.template_id, description, url: content.url } } };
  }
  const kind = content.msgtype ?? Object.keys(content)[0];
  return { ...message, content: { msgtype: kind, ...content } };
}

export const officialMessages = (account) => account.messages.map(shaped);

export function officialScreen(shell, appid) {
  const account = () => phone.officials.find((one) => one.appid === appid);
  const asked = { appid, unionid: phone.around.person.unionid };
  const follow = async () => {
    if (await shell.act(() => wechatDoor("fan/follow", asked), t("following"))) await shell.changed();
  };
  const leave = async () => {
    if (await shell.act(() => wechatDoor("fan/unfollow", asked), t("unfollowed"))) await shell.changed();
  };
  const name = () => account()?.name ?? t("officials");
  const click = (one) => (one.type === "view" ? void openAddress(shell, one.url) : void shell.act(() => wechatDoor("fan/click", { ...asked, key: one.key })));
  const menu = () => (account()?.menu ?? []).flatMap((one) => (one.sub_button?.length ? one.sub_button : [one])).filter((one) => ["view", "click"].includes(one.type));
  const screen = chatScreen(shell, {
    title: name,
    hint: () => t("official_note"),
    closed: () => (account()?.is_following ? "" : t("not_following")),
    messages: () => officialMessages(account() ?? { messages: [] }).map((one) => ({ ...one, who: one.is_own ? phone.around.person.name : name() })),
    send: async (text) => (await shell.act(() => wechatDoor("fan/write", { ...asked, text }))) !== null,
    chips: [t("say_hello"), t("say_stop")],
    more: () => shell.sheet(h("div", { class: "whose" }, avatar(name(), "large"), h("strong", {}, name())), ...menu().map((one) => ({ text: one.name, onclick: () => click(one) })), ...(account()?.is_following ? [{ text: t("unfollow"), kind: "danger", onclick: () => void leave() }] : [])),
  });
  const start = h("div", { class: "buttons middle" }, button(t("follow"), () => void follow(), "main"));
  screen.body.push(start);
  const draw = screen.refresh;
  screen.refresh = async () => {
    start.hidden = account()?.is_following ?? true;
    await draw();
  };
  return screen;
}
