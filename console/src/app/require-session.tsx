import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useLocation } from "react-router";
import { sessionQuery } from "@/api/session";
import { LiveUpdates } from "@/shared/live/live-updates";
import { SessionContext } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Splash } from "./splash";

/** Everything below is for somebody who is logged in; others go to the log-in page and come back after it. */
export function RequireSession() {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery());
  const { pathname, search } = useLocation();
  if (isPending) return <Splash />;
  if (error) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!session) {
    const wanted = pathname + search;
    return <Navigate replace to={wanted === "/" ? "/login" : `/login?next=${encodeURIComponent(wanted)}`} />;
  }
  return (
    <SessionContext value={session}>
      <LiveUpdates />
      <Outlet />
    </SessionContext>
  );
}
