import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Input } from "antd";
import { useState } from "react";
import { createPeopleList, insightPeopleQuery } from "@/api/insight";
import type { Question } from "@/api/types";
import { CustomerTable } from "@/shared/customers/customer-table";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import { insightTexts } from "./insight-texts";
import type { Chosen } from "./question";
import styles from "./insight.module.css";

function MakeList({ question, chosen }: { question: Question; chosen: Chosen }) {
  const t = useTexts(insightTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(chosen.title.slice(0, 100));
  const make = useMutation({
    mutationFn: () => createPeopleList(question, chosen.spot, name),
    onSuccess: async (made) => {
      notices.done(t.listMade(n.whole(made.size)));
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
    },
    onError: notices.failed,
  });
  return (
    <form
      className={styles.makeList}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Input
        aria-label={t.listName}
        value={name}
        maxLength={120}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="primary" htmlType="submit" loading={make.isPending} disabled={!name.trim()}>
        {t.makeList}
      </Button>
    </form>
  );
}

function People({ question, chosen }: { question: Question; chosen: Chosen }) {
  const t = useTexts(insightTexts);
  const n = useNumberFormat();
  const may = useMay();
  const list = useInfiniteQuery(insightPeopleQuery(question, chosen.spot));
  const total = list.data?.pages[0]?.total;
  return (
    <>
      {total !== undefined && total > 0 && <p className={styles.quiet}>{t.total(n.whole(total))}</p>}
      {total !== undefined && total > 0 && may(rights.writeLists) && (
        <MakeList question={question} chosen={chosen} />
      )}
      <CustomerTable label={chosen.title} list={list} />
    </>
  );
}

interface PeopleDrawerProps {
  question: Question;
  chosen: Chosen | null;
  onClose: () => void;
}

/** Who stands behind a number, and the way to a list of them. */
export function PeopleDrawer({ question, chosen, onClose }: PeopleDrawerProps) {
  const may = useMay();
  if (!may(rights.readCustomers)) return null;
  return (
    <Drawer open={chosen !== null} onClose={onClose} title={chosen?.title} size="large" destroyOnHidden>
      {chosen && <People key={JSON.stringify(chosen.spot)} question={question} chosen={chosen} />}
    </Drawer>
  );
}
