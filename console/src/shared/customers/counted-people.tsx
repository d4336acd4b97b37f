import { Button } from "antd";
import { useState } from "react";
import type { PeopleQuery } from "@/api/people";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { PeopleDrawer } from "./people-drawer";
import { peopleTexts } from "./people-texts";
import styles from "./people.module.css";

interface CountedPeopleProps {
  /** How many; where it is nobody there is nothing to open. */
  count: number;
  /** What the number counts. */
  title: string;
  /** Who they are; asked when it is opened. */
  query: PeopleQuery;
  /** The number as it is written. */
  children: string;
}

/** A number that opens the customers it counts, for those who may see customers. */
export function CountedPeople({ count, title, query, children }: CountedPeopleProps) {
  const t = useTexts(peopleTexts);
  const may = useMay();
  const [isOpen, setOpen] = useState<boolean>();
  if (count === 0 || !may(rights.readCustomers)) return children;
  return (
    <>
      <Button
        type="link"
        className={styles.number ?? ""}
        aria-label={t.seeWho(title, children)}
        onClick={() => setOpen(true)}
      >
        {children}
      </Button>
      {isOpen !== undefined && (
        <PeopleDrawer shown={isOpen ? { title, query } : null} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
