// What a member's client knows; every screen draws from it.

import { door } from "./doors.js";

export const client = {
  userid: new URLSearchParams(location.search).get("member"),
  around: null,
  notices: [],
  sessions: [],
  duty: "none",
  ahead: 0,
  /** What time it is in the world. */
  get now() {
    return Date.now() / 1000 + this.ahead;
  },
  async load() {
    if (!this.userid) return;
    const asked = { userid: this.userid };
    const [around, phone, desk] = await Promise.all([door("staff/around", asked), door("staff/phone", asked), door("staff/kf", asked)]);
    const notices = phone.messages.filter((one) => one.origin === "notice");
    Object.assign(this, { around, notices, sessions: desk.sessions, duty: desk.duty, ahead: around.now - Date.now() / 1000 });
  },
};
