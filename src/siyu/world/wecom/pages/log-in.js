// Stands for the page on which a code is scanned with WeCom to log in: here one chooses whose phone scans it.

import { avatar, button, fill, h } from "./dom.js";
import { door } from "./doors.js";
import { t } from "./words.js";

const query = new URLSearchParams(location.search);
const root = document.getElementById("log-in");
const code = h("div", { class: "big-code", "aria-hidden": "true" });
const note = h("p", { class: "hint", role: "alert" });
const list = h("ul", { class: "choices", "aria-label": t("who") });
const [state, { members }] = await Promise.all([door("state"), door("staff/list")]);
document.title = t("log_in");

const back = async (member) => {
  try {
    const asked = { agentid: Number(query.get("agentid")), userid: member.userid, redirect_uri: query.get("redirect_uri"), state: query.get("state") ?? "" };
    const told = await door("page/open", asked);
    location.assign(told.location);
  } catch (error) {
    note.textContent = error.errcode === 50001 ? t("log_in_refused") : t("failed", error.message);
  }
};

const scanned = (member) => fill(list, h("li", { class: "scanned" }, avatar(member.name, "large"), h("strong", {}, t("log_in_scanned", member.name)), button(t("log_in_confirm"), () => void back(member), "main"), button(t("cancel"), choose)));

function choose() {
  fill(list, members.map((one) => h("li", {}, h("button", { type: "button", onclick: () => scanned(one) }, avatar(one.name, "small"), h("span", {}, one.name)))));
}

/** A pattern that looks like a code; it is a picture and says nothing. */
function pattern() {
  const cells = Array.from({ length: 21 * 21 }, (_, at) => {
    const [x, y] = [at % 21, Math.floor(at / 21)];
    const eye = (left, top) => x >= left && x < left + 7 && y >= top && y < top + 7;
    const corner = [[0, 0], [14, 0], [0, 14]].find(([left, top]) => eye(left, top));
    if (!corner) return (x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0;
    const [dx, dy] = [x - corner[0], y - corner[1]];
    return Math.max(Math.abs(dx - 3), Math.abs(dy - 3)) !== 2;
  });
  return cells.map((isDark) => h("span", { class: isDark ? "dark" : "" }));
}

fill(code, pattern());
choose();
fill(root, h("h1", {}, t("log_in")), h("p", {}, t("log_in_lead", state.name)), code, note, list);
