import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { codeListQuery } from "@/api/codes";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { channelsTexts } from "./channels-texts";

interface CodeChoiceProps {
  control: { id: string; "aria-describedby": string | undefined };
  value: number;
  onChange: (codeId: number) => void;
}

/** One of the live channel codes, or none. */
export function CodeChoice({ control, value, onChange }: CodeChoiceProps) {
  const t = useTexts(channelsTexts);
  const may = useMay();
  const codes = useInfiniteQuery({ ...codeListQuery(), enabled: may(rights.readCodes) });
  const live = codes.data?.pages.flatMap((page) => page.rows).filter((each) => each.status === "live") ?? [];
  const options = [
    { value: 0, label: t.noCode },
    ...live.map((each) => ({ value: each.code_id, label: each.name })),
  ];
  if (!options.some((each) => each.value === value)) options.push({ value, label: `#${value}` });
  return <Select {...control} value={value} options={options} onChange={onChange} />;
}
