// What a message looks like, whatever it holds.

import { avatar, fill, h, icon } from "./dom.js";
import { full } from "./time.js";
import { t } from "./words.js";

const ADDRESS = /https?:\/\/[^\s<>"'，。；、）)]+/g;
const QUIET_SECONDS = 300;

/** A text in which addresses can be pressed. */
function linked(text, open) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(from, found.index), h("button", { type: "button", class: "address", onclick: () => open(found[0]) }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Where a picture of a message is served: only those that were uploaded to this corp. */
export function pictureOf(part) {
  const address = part.pic_url ?? part.picurl ?? "";
  const uploaded = /\/wwpic\/uploaded\/([0-9a-f]+)$/.exec(address);
  if (uploaded) return `/pictures/uploaded/${uploaded[1]}`;
  const mediaId = part.media_id ?? part.pic_media_id ?? part.thumb_media_id;
  return mediaId ? `/pictures/media/${encodeURIComponent(mediaId)}` : null;
}

function picture(part, kind) {
  const source = pictureOf(part);
  return source ? h("img", { src: source, alt: t("image"), class: kind, loading: "lazy" }) : h("span", { class: `${kind} blank` }, icon("image"));
}

function card(part, open, name = "link") {
  const text = part.desc ?? part.description ?? "";
  const inside = [
    h("span", { class: "card-title" }, part.title ?? part.url ?? t("link")),
    h("span", { class: "card-line" }, h("span", { class: "card-text" }, text || part.url || ""), pictureOf(part) ? picture(part, "thumb") : h("span", { class: "thumb blank" }, icon(name))),
  ];
  return h("button", { type: "button", class: "card", onclick: () => part.url && open(part.url) }, inside);
}

function menu(part, open, say) {
  const chosen = (one) => {
    if (one.type === "click") say(one.click.content, one.click.id);
    else if (one.type === "view") open(one.view.url);
  };
  const label = (one) => one[one.type]?.content ?? one.text?.content ?? "";
  return h(
    "span",
    { class: "menu" },
    part.head_content ? h("span", {}, part.head_content) : null,
    (part.list ?? []).map((one) => (one.type === "text" ? h("span", {}, label(one)) : h("button", { type: "button", class: "address", onclick: () => chosen(one) }, label(one)))),
    part.tail_content ? h("span", {}, part.tail_content) : null,
  );
}

/** [content, whether it stands in a bubble]. `open` opens an address, `say` answers a menu. */
function drawn(content, open, say) {
  const kind = content.msgtype;
  const part = content[kind] ?? {};
  switch (kind) {
    case "text":
    case "markdown":
      return [linked(part.content ?? "", open), true];
    case "image":
      return [picture(part, "photo"), false];
    case "link":
    case "textcard":
    case "ca_link":
      return [card({ ...part, url: part.url ?? part.link_url }, open), false];
    case "news":
      return [(part.articles ?? []).map((one) => card(one, open)), false];
    case "miniprogram":
      return [h("span", { class: "card" }, h("span", { class: "card-title" }, part.title ?? ""), picture(part, "cover"), h("span", { class: "card-foot" }, icon("link"), t("mini"))), false];
    case "msgmenu":
      return [menu(part, open, say), true];
    case "video":
    case "file":
    case "voice":
      return [h("span", { class: "attached" }, icon(kind === "video" ? "video" : "file"), t(kind)), true];
    case "location":
      return [part.name ?? t("location"), true];
    default:
      return [t("other", kind), true];
  }
}

/** A message in one line, for lists. */
export function inBrief(content) {
  if (!content.msgtype && !content.text) return "";
  const kind = content.msgtype ?? (content.text ? "text" : "other");
  const part = content[kind] ?? {};
  if (kind === "text" || kind === "markdown") return (part.content ?? "").replace(/\s+/g, " ");
  if (kind === "msgmenu") return part.head_content ?? "";
  if (kind === "notice") return t("transfer", "");
  if (["image", "video", "file", "voice", "location"].includes(kind)) return t(kind);
  return `${t("link")}${part.title ?? part.articles?.[0]?.title ?? ""}`;
}

/** Draws messages {at, content, is_own, who} into an element; when the end was in sight it stays so. */
export function drawMessages(into, scroller, messages, now, { open, say = () => {}, notice = () => null }) {
  const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80 || !into.childElementCount;
  if (into.childElementCount && Number(into.dataset.count) === messages.length) return;
  into.dataset.count = messages.length;
  let before = 0;
  fill(
    into,
    messages.flatMap((one) => {
      const time = one.at - before > QUIET_SECONDS ? h("li", { class: "time" }, full(one.at, now)) : null;
      before = one.at;
      if (one.content.msgtype === "notice") return [time, h("li", { class: "time told" }, notice(one.content.notice))];
      const [content, isBubble] = drawn(one.content, open, say);
      const bubble = h("div", { class: isBubble ? "bubble" : "bare" }, content);
      const named = one.named && !one.is_own ? h("span", { class: "by" }, one.who) : null;
      return [time, h("li", { class: `message ${one.is_own ? "own" : ""}` }, avatar(one.who), h("div", { class: "said" }, named, bubble))];
    }),
  );
  if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
}
