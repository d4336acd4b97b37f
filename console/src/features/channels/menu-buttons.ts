/** What a button of a menu does, or which stand below it. */
export interface MenuButton {
  name: string;
  kind: "view" | "click" | "miniprogram" | "below";
  url: string;
  key: string;
  reply: string;
  appid: string;
  page: string;
  buttons: MenuButton[];
}

export const BUTTONS_MAX = 3;
export const BELOW_MAX = 5;

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** A button as the server tells it. */
export function readButton(told: Record<string, unknown>): MenuButton {
  const below = Array.isArray(told.buttons) ? (told.buttons as Record<string, unknown>[]) : [];
  const kind = below.length ? "below" : text(told.kind);
  return {
    name: text(told.name),
    kind: kind === "view" || kind === "miniprogram" || kind === "below" ? kind : "click",
    url: text(told.url),
    key: text(told.key),
    reply: text(told.reply),
    appid: text(told.appid),
    page: text(told.page),
    buttons: below.map(readButton),
  };
}

/** A button as the server takes it: nothing but what its kind needs. `place` names what is clicked and has no key of its own. */
export function writtenButton(button: MenuButton, place: string): Record<string, unknown> {
  const { name, kind, url, key, reply, appid, page } = button;
  switch (kind) {
    case "below":
      return { name, buttons: button.buttons.map((each, at) => writtenButton(each, `${place}-${at + 1}`)) };
    case "view":
      return { name, kind, url };
    case "miniprogram":
      return { name, kind, url, appid, page };
    case "click":
      return { name, kind, key: key || `menu-${place}`, reply };
  }
}

export const written = (buttons: readonly MenuButton[]) =>
  buttons.map((each, at) => writtenButton(each, String(at + 1)));

/** The same as seen at WeChat, which knows nothing of our replies. */
export const seen = (buttons: readonly MenuButton[]) =>
  JSON.stringify(written(buttons), (name, value: unknown) => (name === "reply" ? undefined : value));

export const emptyButton = (): MenuButton => ({
  name: "",
  kind: "view",
  url: "",
  key: "",
  reply: "",
  appid: "",
  page: "",
  buttons: [],
});

/** Whether everything that a button needs is there; how long a name may be WeChat counts in bytes. */
export function isWhole(button: MenuButton, bytesMax = 16): boolean {
  const bytes = new TextEncoder().encode(button.name.trim()).length;
  if (!bytes || bytes > bytesMax) return false;
  const isAddress = /^https?:\/\/\S+$/.test(button.url);
  switch (button.kind) {
    case "below":
      return button.buttons.length > 0 && button.buttons.every((each) => isWhole(each, 60));
    case "view":
      return isAddress;
    case "miniprogram":
      return isAddress && button.appid !== "" && button.page !== "";
    case "click":
      return true;
  }
}
