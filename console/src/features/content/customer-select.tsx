import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { customerListQuery } from "@/api/customers";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";

interface CustomerSelectProps {
  control: { id: string; "aria-describedby": string | undefined };
  placeholder: string;
  value: number | null;
  onChange: (customerId: number | null) => void;
}

/** One customer, found by name. */
export function CustomerSelect({ control, placeholder, value, onChange }: CustomerSelectProps) {
  const [words, setWords] = useState("");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const { data } = useInfiniteQuery(customerListQuery({ q: q || undefined }));
  return (
    <Select
      {...control}
      allowClear
      style={{ width: "100%" }}
      placeholder={placeholder}
      value={value}
      onChange={(chosen: number | null | undefined) => onChange(chosen ?? null)}
      showSearch={{ filterOption: false, onSearch: setWords }}
      options={data?.pages[0]?.rows.slice(0, 20).map((each) => ({
        value: each.customer_id,
        label: each.display_name,
      }))}
    />
  );
}
