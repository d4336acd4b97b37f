import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import type { ReactNode } from "react";
import type { PeopleQuery } from "@/api/people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { CustomerTable } from "./customer-table";
import { peopleTexts } from "./people-texts";
import styles from "./people.module.css";

export interface ShownPeople {
  title: string;
  /** Null where it cannot be told yet who they are. */
  query: PeopleQuery | null;
  /** What is to be known of who is among them. */
  note?: string;
  /** What is said where there is nobody, or nobody can be told yet. */
  nobody?: string | undefined;
  /** What can be made of them where there is somebody. */
  action?: ReactNode;
}

function Found({ title, query, note, nobody, action }: ShownPeople & { query: PeopleQuery }) {
  const t = useTexts(peopleTexts);
  const n = useNumberFormat();
  const first = useInfiniteQuery(query).data?.pages[0];
  const isSome = first !== undefined && first.rows.length > 0;
  return (
    <>
      {isSome && first.total !== undefined && <p className={styles.quiet}>{t.total(n.whole(first.total))}</p>}
      {note && <p className={styles.quiet}>{note}</p>}
      {isSome && action}
      <CustomerTable
        label={title}
        query={query}
        empty={nobody === undefined ? undefined : { title: nobody }}
      />
    </>
  );
}

interface PeopleDrawerProps {
  /** Whom it shows; null while it is shut. */
  shown: ShownPeople | null;
  onClose: () => void;
}

/** The customers behind a number, beside the page that tells it, for those who may see customers. */
export function PeopleDrawer({ shown, onClose }: PeopleDrawerProps) {
  const t = useTexts(peopleTexts);
  const may = useMay();
  if (!may(rights.readCustomers)) return null;
  return (
    <Drawer open={shown !== null} onClose={onClose} title={shown?.title} size={640} destroyOnHidden>
      {shown?.query ? (
        <Found {...shown} query={shown.query} />
      ) : (
        shown && <EmptyState compact icon={<TeamOutlined aria-hidden />} title={shown.nobody ?? t.nobody} />
      )}
    </Drawer>
  );
}
