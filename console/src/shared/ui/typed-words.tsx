import { Select, type SelectProps } from "antd";

/** What parts words that are pasted together. */
const BETWEEN = [",", "，", "、"];

interface TypedWordsProps extends Omit<
  SelectProps<string[]>,
  "mode" | "open" | "suffix" | "value" | "onChange"
> {
  value: readonly string[];
  onChange: (words: string[]) => void;
}

/** Words that are typed one after the other; none are offered. */
export function TypedWords({ value, onChange, ...rest }: TypedWordsProps) {
  return (
    <Select<string[]>
      tokenSeparators={BETWEEN}
      style={{ width: "100%" }}
      {...rest}
      mode="tags"
      open={false}
      suffix={<span />}
      value={[...value]}
      onChange={(words) => onChange(words)}
    />
  );
}
