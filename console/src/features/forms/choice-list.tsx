import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber } from "antd";
import type { FormChoice } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { newChoice } from "./form-draft";
import { formsTexts } from "./forms-texts";
import { TagsSelect } from "@/shared/tags/tags-select";
import styles from "./forms.module.css";

interface ChoiceListProps {
  choices: readonly FormChoice[];
  onChange: (choices: FormChoice[]) => void;
}

/** The choices of a question: what each says, counts for and marks with. */
export function ChoiceList({ choices, onChange }: ChoiceListProps) {
  const t = useTexts(formsTexts);
  const set = (at: number, changed: Partial<FormChoice>) =>
    onChange(choices.map((each, n) => (n === at ? { ...each, ...changed } : each)));
  const add = () => {
    const keys = choices.map(({ key }) => key);
    onChange([...choices, newChoice(t.newChoice(choices.length + 1), keys)]);
  };
  return (
    <>
      <ul className={styles.choices} aria-label={t.choices}>
        {choices.map((choice, at) => (
          <li key={choice.key} className={styles.choice}>
            <Input
              aria-label={t.choice(at + 1)}
              maxLength={200}
              value={choice.label}
              onChange={(event) => set(at, { label: event.target.value })}
            />
            <InputNumber
              aria-label={t.choiceScore(at + 1)}
              suffix={t.points}
              min={-1000}
              max={1000}
              precision={0}
              controls={false}
              value={choice.score}
              onChange={(score) => set(at, { score: score ?? 0 })}
            />
            <TagsSelect
              label={t.choiceTags(at + 1)}
              placeholder={t.tagsPlaceholder}
              value={choice.tags}
              onChange={(tags) => set(at, { tags })}
            />
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined aria-hidden />}
              aria-label={t.removeChoice(at + 1)}
              disabled={choices.length === 1}
              onClick={() => onChange(choices.filter((_, n) => n !== at))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          size="small"
          type="dashed"
          icon={<PlusOutlined aria-hidden />}
          disabled={choices.length >= 50}
          onClick={add}
        >
          {t.addChoice}
        </Button>
      </div>
    </>
  );
}
