import { createContext, use } from "react";
import type { ChatMessage } from "./wecom";

interface Bar {
  customerId: number;
  /** Sends into the chat, or copies where there is none; tells which, or what went wrong. */
  send: (message: ChatMessage) => Promise<boolean>;
  say: (text: string) => void;
  failed: (error: Error) => void;
  isInChat: boolean;
}

export const BarContext = createContext<Bar | null>(null);

export function useBar(): Bar {
  const bar = use(BarContext);
  if (!bar) throw new Error("useBar stands outside the side bar");
  return bar;
}
