import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useMemo } from "react";
import type { Condition } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { Builder } from "@/shared/conditions/builder";
import { toCondition, toTree } from "@/shared/conditions/edit-tree";
import { isComplete } from "@/shared/conditions/filled";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useHistory } from "@/shared/conditions/use-history";
import { useTexts } from "@/shared/i18n/texts";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { listTexts } from "./list-texts";
import styles from "./list.module.css";

const NOTHING: Condition = { kind: "all", of: [] };

interface ConditionsProps {
  condition: Condition | null;
  onApply: (condition: Condition | null) => void;
  onClose: () => void;
}

/** The builder of segments, over the list. */
export function ConditionsDrawer({ condition, onApply, onClose }: ConditionsProps) {
  const t = useTexts(listTexts);
  const { data } = useQuery(vocabularyQuery());
  const book = useBookOf(data);
  const { present: root, change, back, forth } = useHistory(() => toTree(condition ?? NOTHING));
  const complete = useMemo(() => isComplete(root), [root]);
  const apply = (told: Condition | null) => {
    onApply(told);
    onClose();
  };
  return (
    <Drawer
      open
      title={t.conditionsTitle}
      size={Math.min(720, window.innerWidth)}
      onClose={onClose}
      footer={
        <div className={styles.foot}>
          <Button type="primary" disabled={!complete} onClick={() => apply(toCondition(root))}>
            {t.apply}
          </Button>
          {condition && <Button onClick={() => apply(null)}>{t.lift}</Button>}
        </div>
      }
    >
      <p className={styles.quiet}>{t.conditionsText}</p>
      {book ? (
        <Builder
          root={root}
          book={book}
          disabled={false}
          fault={null}
          onChange={change}
          back={back}
          forth={forth}
        />
      ) : (
        <SkeletonLines lines={5} />
      )}
    </Drawer>
  );
}
