import { useTexts } from "@/shared/i18n/texts";
import { Hint } from "@/shared/ui/hint";
import type { Named } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice } from "./basics";
import { operatorsFor, typeOf, withOperator, type Compared, type Operator } from "./comparison";
import { ValueField } from "./value-field";

interface ComparisonFieldProps<C extends Compared> {
  compared: C;
  name: string;
  named: Named | undefined;
  /** Whether it may be compared with days from now. */
  takesDays?: boolean;
  fault: string | null;
  onChange: (compared: C) => void;
}

/** How something compares, and with what. */
export function ComparisonField<C extends Compared>(props: ComparisonFieldProps<C>) {
  const { compared, name, named, takesDays = false, fault, onChange } = props;
  const t = useTexts(conditionsTexts);
  const types = named?.types ?? [];
  const isDay = typeOf(compared, types) === "day";
  const alsoMissing = compared.operator === "is_not" || compared.operator === "not_one_of";
  return (
    <>
      <Choice<Operator>
        label={t.operator}
        value={compared.operator}
        words={isDay ? { ...t.operators, ...t.dateOperators } : t.operators}
        keys={operatorsFor(types, takesDays)}
        fault={below(fault, "operator") !== null}
        onChange={(operator) => onChange(withOperator(compared, operator))}
      />
      <ValueField
        compared={compared}
        name={name}
        named={named}
        fault={below(fault, "value") !== null}
        onChange={(value) => onChange({ ...compared, value })}
      />
      {alsoMissing && <Hint label={t.missingToo}>{t.missingToo}</Hint>}
    </>
  );
}
