/** What WeCom's own scripts give a page that it opened, as far as the side bar uses them. */

interface Answer {
  err_msg?: string;
  errMsg?: string;
  userId?: string;
}

interface Wx {
  config: (options: Record<string, unknown>) => void;
  ready: (callback: () => void) => void;
  error: (callback: (answer: Answer) => void) => void;
  agentConfig: (options: Record<string, unknown>) => void;
  invoke: (name: string, given: Record<string, unknown>, callback: (answer: Answer) => void) => void;
}

export interface Signature {
  corp_id: string;
  agent_id: number;
  timestamp: number;
  nonce: string;
  corp_signature: string;
  agent_signature: string;
  scripts: string[];
}

/** What goes into the chat. A picture or a file is under an id of WeCom's. */
export type ChatMessage =
  | { msgtype: "text"; text: { content: string } }
  | { msgtype: "image"; image: { mediaid: string } }
  | { msgtype: "file"; file: { mediaid: string } }
  | { msgtype: "video"; video: { mediaid: string } }
  | { msgtype: "news"; news: { link: string; title: string; desc: string; imgUrl: string } }
  | { msgtype: "miniprogram"; miniprogram: { appid: string; title: string; imgUrl: string; page: string } };

const API_LIST = ["getContext", "getCurExternalContact", "sendChatMessage"];
const SCRIPT_SECONDS = 15;

export class WecomError extends Error {}

/** Whether the page was opened by WeCom itself; elsewhere there is no chat to send into. */
export const isInside = () => /wxwork/i.test(navigator.userAgent) || window.parent !== window;

function loaded(address: string): Promise<void> {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done();
    script.onerror = () => failed(new WecomError(address));
    document.head.append(script);
  });
}

function within<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([
    promise,
    new Promise<T>((_, failed) => setTimeout(() => failed(new WecomError("timeout")), SCRIPT_SECONDS * 1000)),
  ]);
}

function invoke(wx: Wx, name: string, given: Record<string, unknown> = {}): Promise<Answer> {
  return within(
    new Promise<Answer>((done, failed) => {
      wx.invoke(name, given, (answer) => {
        const told = answer.err_msg ?? answer.errMsg ?? "";
        if (told.endsWith(":ok")) done(answer);
        else failed(new WecomError(told));
      });
    }),
  );
}

/** The chat beside which the page stands: whom it is with, and the way into it. */
export interface Chat {
  externalUserid: string;
  send: (message: ChatMessage) => Promise<void>;
}

/** Loads WeCom's scripts, has it trust this page, and asks whom the chat is with. */
export async function openChat(signature: Signature): Promise<Chat> {
  for (const address of signature.scripts) await within(loaded(address));
  const wx = (window as unknown as { wx?: Wx }).wx;
  if (!wx) throw new WecomError("no wx");
  const said = { timestamp: signature.timestamp, nonceStr: signature.nonce, jsApiList: API_LIST };
  await within(
    new Promise<void>((done, failed) => {
      wx.ready(done);
      wx.error((answer) => failed(new WecomError(answer.errMsg ?? "config")));
      wx.config({
        beta: true,
        debug: false,
        appId: signature.corp_id,
        signature: signature.corp_signature,
        ...said,
      });
    }),
  );
  await within(
    new Promise<void>((done, failed) => {
      wx.agentConfig({
        corpid: signature.corp_id,
        agentid: signature.agent_id,
        signature: signature.agent_signature,
        ...said,
        success: () => done(),
        fail: (answer: Answer) => failed(new WecomError(answer.errMsg ?? "agentConfig")),
      });
    }),
  );
  const { userId } = await invoke(wx, "getCurExternalContact");
  return {
    externalUserid: userId ?? "",
    send: async (message) => {
      await invoke(wx, "sendChatMessage", { ...message, enterChat: true });
    },
  };
}
