import { useQuery } from "@tanstack/react-query";
import { Modal } from "antd";
import { previewQuery } from "@/api/segments";
import type { Condition } from "@/api/types";
import { Builder } from "@/shared/conditions/builder";
import { locate, toCondition, toTree } from "@/shared/conditions/edit-tree";
import { isComplete } from "@/shared/conditions/filled";
import { useHistory } from "@/shared/conditions/use-history";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useEditing } from "../edit-context";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

const PAUSE_MS = 400;

/** A condition in words, and how many fit it now; nothing for one that does not say enough yet. */
export function ConditionSentence({ condition }: { condition: Condition }) {
  const t = useTexts(formTexts);
  const n = useNumberFormat();
  const { language } = useLanguage();
  const rested = useDebounced(condition, PAUSE_MS);
  const complete = isComplete(toTree(rested));
  const { data } = useQuery({ ...previewQuery(rested), enabled: complete });
  if (!complete) return <p className={styles.sentence}>{t.noCondition}</p>;
  return (
    <p className={styles.sentence}>
      {data ? (
        <>
          {language === "zh" ? data.sentence_zh : data.sentence_en} · {t.counted(n.whole(data.count))}
        </>
      ) : (
        "…"
      )}
    </p>
  );
}

interface ConditionDialogProps {
  title: string;
  condition: Condition;
  fault: { path: string; reason: string } | null;
  onChange: (condition: Condition) => void;
  onClose: () => void;
}

/** The builder of segments, for one way of a branch. What is built is in the document at once. */
export function ConditionDialog({ title, condition, fault, onChange, onClose }: ConditionDialogProps) {
  const t = useTexts(formTexts);
  const { book } = useEditing();
  const { present, change, back, forth } = useHistory(() => toTree(condition));
  const close = () => {
    // What was only looked at stays as it was written.
    if (back) onChange(toCondition(present));
    onClose();
  };
  return (
    <Modal
      open
      width={860}
      title={title}
      okText={t.done}
      cancelButtonProps={{ style: { display: "none" } }}
      onOk={close}
      onCancel={close}
    >
      <div className={styles.form}>
        <Builder
          root={present}
          book={book}
          disabled={false}
          fault={fault && locate(present, fault.path, fault.reason)}
          onChange={change}
          back={back}
          forth={forth}
        />
        <ConditionSentence condition={toCondition(present)} />
      </div>
    </Modal>
  );
}
