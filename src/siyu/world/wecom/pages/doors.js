// The doors of the world, and the news that something has changed behind one of them.

export class DoorError extends Error {
  constructor(message, errcode) {
    super(message);
    this.errcode = errcode;
  }
}

export const door = (name, given = {}) => opened(`/world/${name}`, given);

/** A door of the emulated WeChat, where it runs beside. */
export const wechatDoor = (name, given = {}) => opened(`/wechat/world/${name}`, given);

async function opened(path, given) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  });
  const told = await answer.json();
  if (!answer.ok) throw new DoorError(told.error ?? String(answer.status), told.errcode);
  return told;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Calls `changed` after every change, for as long as the page is open; `lost` says whether the world answers. */
export async function follow(changed, lost) {
  let after = null;
  for (;;) {
    try {
      const told = await door("change/wait", after === null ? { seconds: 0 } : { after });
      lost(false);
      const isNew = after !== null && told.next !== after;
      after = told.next;
      if (isNew) {
        await changed();
        await pause(150); // what comes in a burst is drawn once
      }
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) console.error(error);
      lost(true);
      await pause(1500);
    }
  }
}
