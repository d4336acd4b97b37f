import { keepPreviousData, useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { materialListQuery, materialQuery } from "@/api/content";
import type { MaterialKind, MaterialRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { materialTexts } from "./material-texts";

interface Control {
  id: string;
  "aria-describedby": string | undefined;
}

function useFound(kinds: readonly MaterialKind[] | undefined, enabled: boolean) {
  const [words, setWords] = useState("");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const list = useInfiniteQuery({
    ...materialListQuery({ q, onlyLive: true, ...(kinds ? { form: [...kinds] } : {}) }),
    placeholderData: keepPreviousData,
    enabled,
  });
  return { setWords, isPending: enabled && list.isPending, rows: list.data?.pages[0]?.rows ?? [] };
}

/** One material that is on the shelf; `onChoose` is given all that is known of it. */
export function MaterialSelect(props: {
  control?: Control;
  kinds?: readonly MaterialKind[];
  onChoose: (row: MaterialRow) => void;
}) {
  const t = useTexts(materialTexts);
  const [isOpen, setOpen] = useState(false);
  const { setWords, isPending, rows } = useFound(props.kinds, isOpen);
  return (
    <Select<number | null>
      {...props.control}
      aria-label={t.choose}
      style={{ width: "100%" }}
      placeholder={t.choose}
      value={null}
      onOpenChange={setOpen}
      loading={isPending}
      showSearch={{ filterOption: false, onSearch: setWords }}
      options={rows.map((each) => ({
        value: each.material_id,
        label: `${t.kinds[each.definition.body.kind]} · ${each.name}`,
      }))}
      onChange={(id) => {
        const row = rows.find((each) => each.material_id === id);
        if (row) props.onChoose(row);
      }}
    />
  );
}

/** Several materials, in the order in which they are sent. */
export function MaterialsSelect(props: {
  control?: Control;
  disabled?: boolean;
  value: readonly number[];
  onChange: (ids: number[]) => void;
}) {
  const t = useTexts(materialTexts);
  const { setWords, isPending, rows } = useFound(undefined, true);
  const chosen = useQueries({ queries: props.value.map((id) => materialQuery(id)) });
  const known = new Map(rows.map((each) => [each.material_id, each.name]));
  for (const each of chosen) if (each.data) known.set(each.data.material_id, each.data.name);
  return (
    <Select<number[]>
      {...props.control}
      mode="multiple"
      maxCount={9}
      disabled={props.disabled ?? false}
      style={{ width: "100%" }}
      placeholder={t.placeholder}
      loading={isPending}
      value={[...props.value]}
      showSearch={{ filterOption: false, onSearch: setWords }}
      options={[...known].map(([value, label]) => ({ value, label }))}
      onChange={props.onChange}
    />
  );
}
