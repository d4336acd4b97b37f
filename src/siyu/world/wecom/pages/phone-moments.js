// Moments of a customer's advisers, to like and to comment on.

import { avatar, fill, h, icon } from "./dom.js";
import { door } from "./doors.js";
import { pictureOf } from "./messages.js";
import { openAddress } from "./phone-scan.js";
import { phone } from "./phone-state.js";
import { brief } from "./time.js";
import { t } from "./words.js";

function attached(shell, one) {
  const part = one[one.msgtype];
  if (one.msgtype === "link") {
    return h("button", { type: "button", class: "moment-link", onclick: () => void openAddress(shell, part.url) }, pictureOf(part) ? h("img", { src: pictureOf(part), alt: "" }) : icon("link"), h("span", {}, part.title || part.url));
  }
  return pictureOf(part) ? h("img", { class: "moment-picture", src: pictureOf(part), alt: t(one.msgtype), loading: "lazy" }) : null;
}

function moment(shell, one) {
  const asked = { external_userid: phone.id, moment_id: one.moment_id, userid: one.userid };
  const input = h("input", { type: "text", "aria-label": t("comment"), placeholder: t("comment") });
  const comment = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    input.blur();
    if (text) void shell.act(() => door("customer/remark-moment", { ...asked, text }));
  };
  const said = one.likes.length || one.comments.length;
  return h(
    "li",
    { class: "moment" },
    avatar(one.name),
    h(
      "div",
      { class: "moment-body" },
      h("strong", {}, one.name),
      one.content.text?.content ? h("p", {}, one.content.text.content) : null,
      h("div", { class: "moment-pictures" }, (one.content.attachments ?? []).map((each) => attached(shell, each)).filter(Boolean)),
      h("div", { class: "moment-foot" }, h("small", {}, brief(one.at, phone.now)), h("button", { type: "button", class: "like", "aria-pressed": one.is_liked ? "true" : "false", disabled: one.is_liked, onclick: () => void shell.act(() => door("customer/remark-moment", asked)) }, icon("heart"), t("like"))),
      said
        ? h("div", { class: "remarks" }, one.likes.length ? h("p", { class: "likes" }, icon("heart"), one.likes.join("，")) : null, one.comments.map((each) => h("p", {}, h("strong", {}, `${each.name}：`), each.text)))
        : null,
      h("form", { class: "line slim", onsubmit: comment }, input, h("button", { type: "submit" }, t("send"))),
    ),
  );
}

export function momentsScreen(shell) {
  const body = h("div");
  return {
    title: t("moments"),
    above: ["discover"],
    body: [h("div", { class: "moments-head" }, h("strong", {}, phone.around?.person.name ?? ""), avatar(phone.around?.person.name ?? "", "large")), body],
    async refresh() {
      if (!phone.id || body.contains(document.activeElement)) return;
      const told = await door("person/moments", { external_userid: phone.id });
      fill(body, told.moments.length ? h("ul", { class: "moments", "aria-label": t("moments") }, told.moments.map((one) => moment(shell, one))) : h("p", { class: "empty" }, t("no_moments")));
    },
  };
}
