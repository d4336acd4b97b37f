import { useState } from "react";
import { later } from "@/shared/ui/later";
import { AccountButton } from "./account-button";

const AccountMenu = later(
  async () => (await import("./account-menu")).AccountMenu,
  () => <AccountButton aria-busy />,
);

/** Who is logged in. What the menu is made of comes once somebody turns to it: the first page stands without it. */
export function Account() {
  const [wasAsked, setAsked] = useState(false);
  if (wasAsked) return <AccountMenu />;
  return (
    <AccountButton
      onPointerEnter={AccountMenu.expect}
      onFocus={AccountMenu.expect}
      onClick={() => setAsked(true)}
    />
  );
}
