import { createContext, use } from "react";
import type { Session } from "@/api/types";
import type { Right } from "./rights";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession stands outside a logged-in page");
  return session;
}

/** Whether the person may do this. The server decides again; this only spares them a refusal. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useSession();
  return (right) => rights.includes(right);
}

/** As useMay, of one thing that is designed: what another unit made is looked at only. */
export function useMayChange(
  row: { is_made_elsewhere: boolean } | null | undefined,
): (right: Right) => boolean {
  const may = useMay();
  return (right) => may(right) && !row?.is_made_elsewhere;
}
