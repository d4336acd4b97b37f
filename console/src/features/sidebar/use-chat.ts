import { useCallback, useEffect, useState } from "react";
import { signPage } from "@/api/sidebar";
import { copyText } from "@/shared/ui/copy-text";
import { isInside, openChat, type Chat, type ChatMessage } from "./wecom";

export type ChatState =
  | { kind: "opening" }
  | { kind: "failed"; why: string }
  | { kind: "open"; chat: Chat }
  /** In a plain browser: a customer may be named in the address. */
  | { kind: "outside"; customerId: number | null };

function plainText(message: ChatMessage): string {
  switch (message.msgtype) {
    case "text":
      return message.text.content;
    case "news":
      return `${message.news.title}\n${message.news.link}`;
    case "miniprogram":
      return message.miniprogram.page;
    default:
      return "";
  }
}

/** The chat beside the side bar; `sendNow` says whether something was sent or only copied. */
export function useChat() {
  const [state, setState] = useState<ChatState>({ kind: "opening" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isHere = true;
    const asked = new URLSearchParams(location.search).get("customer");
    const open = async (): Promise<ChatState> => {
      if (!isInside()) return { kind: "outside", customerId: asked ? Number(asked) : null };
      try {
        const signature = await signPage(location.pathname + location.search);
        return { kind: "open", chat: await openChat(signature) };
      } catch (error) {
        return { kind: "failed", why: error instanceof Error ? error.message : "" };
      }
    };
    void open().then((next) => {
      if (isHere) setState(next);
    });
    return () => {
      isHere = false;
    };
  }, [attempt]);
  const again = useCallback(() => {
    setState({ kind: "opening" });
    setAttempt((n) => n + 1);
  }, []);
  const sendNow = useCallback(
    async (message: ChatMessage): Promise<"sent" | "copied"> => {
      if (state.kind === "open") {
        await state.chat.send(message);
        return "sent";
      }
      await copyText(plainText(message));
      return "copied";
    },
    [state],
  );
  return { state, again, sendNow };
}
