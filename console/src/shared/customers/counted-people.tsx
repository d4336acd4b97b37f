import { Button, Drawer } from "antd";
import { useState, type ReactNode } from "react";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import styles from "./counted-people.module.css";

interface CountedPeopleProps {
  /** How many; where it is nobody there is nothing to open. */
  count: number;
  /** What they are called where they are shown. */
  title: string;
  /** What the number leads to, for those who do not see what stands beside it. */
  label: string;
  /** Their table; it comes, and asks, when it is opened. */
  people: ReactNode;
  /** The number as it is written. */
  children: string;
}

/** A number that opens the customers it counts, for those who may see customers. */
export function CountedPeople({ count, title, label, people, children }: CountedPeopleProps) {
  const may = useMay();
  const [isOpen, setOpen] = useState<boolean>();
  if (count === 0 || !may(rights.readCustomers)) return children;
  return (
    <>
      <Button type="link" className={styles.number ?? ""} aria-label={label} onClick={() => setOpen(true)}>
        {children}
      </Button>
      {isOpen !== undefined && (
        <Drawer open={isOpen} onClose={() => setOpen(false)} title={title} size={640} destroyOnHidden>
          {people}
        </Drawer>
      )}
    </>
  );
}
