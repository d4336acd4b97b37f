// What a customer's phone knows; every screen draws from it.

import { door, wechatDoor } from "./doors.js";

/** The accounts of WeChat; none where WeChat does not run beside. */
async function officials(unionid) {
  if (!unionid) return [];
  try {
    const { accounts } = await wechatDoor("fan/accounts", { unionid });
    return accounts.filter((one) => one.kind === "official");
  } catch (error) {
    if (error.name === "TypeError") throw error;
    return [];
  }
}

export const phone = {
  id: new URLSearchParams(location.search).get("person"),
  around: null,
  messages: [],
  officials: [],
  ahead: 0,
  /** What time it is in the world. */
  get now() {
    return Date.now() / 1000 + this.ahead;
  },
  async load() {
    if (!this.id) return;
    const asked = { external_userid: this.id };
    const [around, shown] = await Promise.all([door("person/around", asked), door("person/phone", asked)]);
    const followed = await officials(around.person.unionid);
    Object.assign(this, { around, messages: shown.messages, officials: followed, ahead: around.now - Date.now() / 1000 });
  },
  nameOf(userid) {
    return this.around?.names[userid] ?? userid;
  },
};
