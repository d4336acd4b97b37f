import { ApiError } from "@/api/client";
import { ErrorState } from "@/shared/ui/error-state";
import { Outlet } from "react-router";
import type { Right } from "./rights";
import { useMay } from "./session-context";

const forbidden = new ApiError(403, "forbidden", "", {});

/** The pages below, for those who may see them; for others, the reason why not. */
export function RequireRight({ right }: { right: Right }) {
  const may = useMay();
  return may(right) ? <Outlet /> : <ErrorState isPage error={forbidden} />;
}
