import type { EstimateCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { below } from "../edit-tree";
import { Choice, Word, type FieldsProps } from "../fields/basics";
import { takesNothing } from "../fields/comparison";
import { ComparisonField } from "../fields/comparison-field";
import { estimateTexts, type EstimateKey } from "./estimate-texts";

const KEYS: readonly EstimateKey[] = [
  "value.p_alive",
  "value.expected_orders",
  "value.expected_ticket_fen",
  "value.expected_value_fen",
  "scene.best_hour",
  "scene.weekend_share",
  "scene.active_hours",
  "scene.city",
  "scene.device",
];
const TEXTS: readonly EstimateKey[] = ["scene.city", "scene.device"];

const keyOf = ({ model, name }: EstimateCondition) =>
  KEYS.find((key) => key === `${model}.${name}`) ?? "value.p_alive";

export function EstimateFields({ condition, fault, onChange }: FieldsProps<EstimateCondition>) {
  const words = useTexts(estimateTexts);
  const key = keyOf(condition);
  const isText = TEXTS.includes(key);
  const choose = (next: EstimateKey) => {
    const [model, name] = next.split(".");
    onChange({
      kind: "estimate",
      model: model === "scene" ? "scene" : "value",
      name: name ?? "",
      operator: TEXTS.includes(next) ? "is" : "at_least",
      value: null,
    });
  };
  return (
    <>
      <Choice
        label={words.what}
        value={key}
        words={words.names}
        keys={KEYS}
        fault={below(fault, "name") !== null}
        onChange={choose}
      />
      <ComparisonField
        key={key}
        compared={condition}
        name={condition.name}
        named={{ name: condition.name, types: [isText ? "text" : "number"], examples: [] }}
        fault={fault}
        onChange={(compared) => onChange({ ...condition, ...compared })}
      />
      {words.units[key] && !takesNothing(condition.operator) && <Word>{words.units[key]}</Word>}
    </>
  );
}
