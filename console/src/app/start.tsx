import { Navigate, Outlet } from "react-router";
import { useMay } from "@/shared/session/session-context";
import { navSections } from "./nav-items";

/** `/` is the overview, or for those who may not see it, the first page that they may. */
export function Start() {
  const may = useMay();
  const first = navSections.flatMap(({ items }) => items).find((item) => item.rights.some(may));
  return !first || first.to === "/" ? <Outlet /> : <Navigate replace to={first.to} />;
}
