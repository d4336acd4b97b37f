// The side bar beside a chat: a page of Siyu's in the member's own browser, and what it may ask of the client.

import { h, icon } from "./dom.js";
import { door } from "./doors.js";
import { client } from "./staff-state.js";
import { t } from "./words.js";

const PATH = "/sidebar";
const answer = (name, outcome, more = {}) => ({ err_msg: `${name}:${outcome}`, errMsg: `${name}:${outcome}`, ...more });

/** A side bar for the chat that `whom` names (null: none is open). */
export class SideBar {
  constructor(root) {
    this.root = root;
    this.externalUserid = null;
    this.isTrusted = false;
    addEventListener("message", (event) => {
      if (!this.frame || event.source !== this.frame.contentWindow || event.data?.kind !== "wx-ask") return;
      void this.asked(event.data, event.origin);
    });
  }

  show(externalUserid) {
    if (externalUserid === this.externalUserid) return;
    this.externalUserid = externalUserid;
    document.body.classList.toggle("with-bar", externalUserid !== null);
    this.isTrusted = false;
    this.frame = null;
    if (externalUserid === null) return this.root.replaceChildren();
    this.home = `http://${client.around.browser}:${location.port}`;
    this.frame = h("iframe", { src: `${this.home}${PATH}`, title: t("side_bar"), class: "bar-frame" });
    const again = h("button", { type: "button", class: "bar-again", "aria-label": t("reload"), onclick: () => this.reload() }, icon("reload"));
    this.root.replaceChildren(h("div", { class: "bar-head" }, h("strong", {}, t("side_bar")), again), this.frame);
  }

  reload() {
    const whom = this.externalUserid;
    this.show(null);
    this.show(whom);
  }

  async asked({ id, name, given }, origin) {
    if (origin !== this.home) return;
    let told;
    try {
      told = await this.answered(name, given ?? {});
    } catch (error) {
      told = answer(name, `fail ${error.message}`);
    }
    this.frame?.contentWindow.postMessage({ kind: "wx-answer", id, answer: told }, origin);
  }

  async answered(name, given) {
    if (name === "config" || name === "agentConfig") {
      const { is_signed } = await door("staff/page-signed", { kind: name, agentid: Number(given.agentid ?? 0), nonce: given.nonceStr ?? "", timestamp: Number(given.timestamp), page: given.page, signature: given.signature ?? "" });
      if (is_signed && name === "agentConfig") this.isTrusted = true;
      return answer(name, is_signed ? "ok" : "fail invalid signature");
    }
    if (!this.isTrusted) return answer(name, "fail no permission");
    if (name === "getContext") return answer(name, "ok", { entry: "single_chat_tools" });
    if (name === "getCurExternalContact") return answer(name, "ok", { userId: this.externalUserid });
    if (name !== "sendChatMessage") return answer(name, "fail not supported");
    const { msgtype, enterChat, ...rest } = given;
    if (!["text", "image", "file", "video", "news", "miniprogram"].includes(msgtype)) return answer(name, "fail msgtype");
    const content = msgtype === "news" ? { msgtype: "link", link: { title: rest.news.title, desc: rest.news.desc ?? "", url: rest.news.link, picurl: rest.news.imgUrl ?? "" } } : { msgtype, [msgtype]: rest[msgtype] };
    await door("staff/write", { userid: client.userid, external_userid: this.externalUserid, content });
    return answer(name, "ok");
  }
}
