import type { ComponentProps } from "react";
import { staffSource } from "@/api/sources";
import type { Staff } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { PickOne, PickSome } from "@/shared/ui/picker";

type Own = "source" | "enabled";

/** Whoever may not look up the staff sees those who were chosen by number; who has left is not chosen anew. */
function useStaff() {
  const may = useMay();
  return {
    source: staffSource,
    enabled: may(rights.readCompany),
    fits: (one: Staff) => one.is_active,
  };
}

/** A member of the staff. */
export function StaffPick(props: Omit<ComponentProps<typeof PickOne<Staff>>, Own>) {
  return <PickOne {...useStaff()} {...props} />;
}

/** Several of the staff. */
export function StaffPicks(props: Omit<ComponentProps<typeof PickSome<Staff>>, Own>) {
  return <PickSome {...useStaff()} {...props} />;
}
