import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { createPeopleList, insightPeopleQuery } from "@/api/insight";
import type { Question } from "@/api/types";
import { PeopleDrawer } from "@/shared/customers/people-drawer";
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

interface ChosenPeopleProps {
  question: Question;
  chosen: Chosen | null;
  onClose: () => void;
}

/** Who stands behind a number of an answer, and the way to a list of them. */
export function ChosenPeople({ question, chosen, onClose }: ChosenPeopleProps) {
  const may = useMay();
  return (
    <PeopleDrawer
      shown={
        chosen && {
          title: chosen.title,
          query: insightPeopleQuery(question, chosen.spot),
          action: may(rights.writeLists) && (
            <MakeList key={JSON.stringify(chosen.spot)} question={question} chosen={chosen} />
          ),
        }
      }
      onClose={onClose}
    />
  );
}
