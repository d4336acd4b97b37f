import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Condition } from "@/api/types";
import { peopleWith, useSeesPeople } from "./people-behind";

interface PeopleLinkProps {
  /** Whom the number counts; null where that cannot be said. */
  of: Condition | null;
  children: ReactNode;
}

/** A number that leads to the people it counts, for those who may see people. */
export function PeopleLink({ of, children }: PeopleLinkProps) {
  const sees = useSeesPeople();
  return of && sees ? <Link to={peopleWith(of)}>{children}</Link> : <>{children}</>;
}
