import { lazy, Suspense, useState } from "react";
import { AccountButton } from "./account-button";

const load = async () => ({ default: (await import("./account-menu")).AccountMenu });
const AccountMenu = lazy(load);
const expectMenu = () => void load().catch(() => undefined);

/** Who is logged in. What the menu is made of comes once somebody turns to it: the first page stands without it. */
export function Account() {
  const [wasAsked, setAsked] = useState(false);
  if (!wasAsked)
    return <AccountButton onPointerEnter={expectMenu} onFocus={expectMenu} onClick={() => setAsked(true)} />;
  return (
    <Suspense fallback={<AccountButton aria-busy />}>
      <AccountMenu />
    </Suspense>
  );
}
