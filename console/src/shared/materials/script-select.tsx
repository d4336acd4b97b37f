import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { scriptListQuery, scriptQuery } from "@/api/content";
import type { ScriptRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { materialTexts } from "./material-texts";

interface ScriptSelectProps {
  control: { id: string; "aria-describedby": string | undefined };
  value: number | null;
  onChange: (script: ScriptRow | null) => void;
}

/** One script of those that are in use, found by its words; or none. */
export function ScriptSelect({ control, value, onChange }: ScriptSelectProps) {
  const t = useTexts(materialTexts);
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const list = useInfiniteQuery({ ...scriptListQuery({ q, onlyLive: true }), enabled: isOpen });
  const chosen = useQuery({ ...scriptQuery(value ?? 0), enabled: value !== null });
  const rows = list.data?.pages[0]?.rows ?? [];
  const known = new Map(rows.map((each) => [each.script_id, each.name]));
  if (value !== null) known.set(value, chosen.data?.name ?? String(value));
  return (
    <Select<number | null>
      {...control}
      allowClear
      style={{ width: "100%" }}
      placeholder={t.script}
      value={value}
      onOpenChange={setOpen}
      loading={isOpen && list.isPending}
      showSearch={{ filterOption: false, onSearch: setWords }}
      options={[...known].map(([id, label]) => ({ value: id, label }))}
      onChange={(id) => onChange(rows.find((each) => each.script_id === id) ?? null)}
    />
  );
}
