// What a customer's phone knows; every screen draws from it.

import { door } from "./doors.js";

export const phone = {
  id: new URLSearchParams(location.search).get("person"),
  around: null,
  messages: [],
  ahead: 0,
  /** What time it is in the world. */
  get now() {
    return Date.now() / 1000 + this.ahead;
  },
  async load() {
    if (!this.id) return;
    const asked = { external_userid: this.id };
    const [around, shown] = await Promise.all([door("person/around", asked), door("person/phone", asked)]);
    Object.assign(this, { around, messages: shown.messages, ahead: around.now - Date.now() / 1000 });
  },
  nameOf(userid) {
    return this.around?.names[userid] ?? userid;
  },
};
