import { UserAddOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Select } from "antd";
import { useState } from "react";
import { newKey } from "@/api/content";
import { customerListQuery } from "@/api/customers";
import { enterJourney, type Journey } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { pageTexts } from "./page-texts";

const AT_ONCE_MAX = 50;
const TYPING_MS = 300;

interface Whom {
  value: number;
  label: string;
}

function EnterDialog({ journey, onClose }: { journey: Journey; onClose: () => void }) {
  const t = useTexts(pageTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<Whom[]>([]);
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed, TYPING_MS);
  const found = useInfiniteQuery(customerListQuery({ q: search || undefined }));
  // Pressing twice, or again after a lost answer, lets nobody in twice.
  const [key] = useState(newKey);
  const enter = useMutation({
    mutationFn: () =>
      enterJourney(
        journey.journey_id,
        chosen.map(({ value }) => value),
        key,
      ),
    onSuccess: async ({ entered }) => {
      notices.done(t.entered(entered));
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["journey", journey.journey_id] });
      await queryClient.invalidateQueries({ queryKey: ["journey-entries", journey.journey_id] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.enterTitle}
      okText={t.enter}
      cancelText={t.cancel}
      okButtonProps={{ disabled: chosen.length === 0 }}
      confirmLoading={enter.isPending}
      onOk={() => enter.mutate()}
      onCancel={onClose}
    >
      <Field label={t.whom} note={t.enterNote}>
        {(control) => (
          <Select<Whom[]>
            {...control}
            mode="multiple"
            labelInValue
            maxCount={AT_ONCE_MAX}
            style={{ width: "100%" }}
            showSearch={{ filterOption: false, onSearch: setTyped }}
            loading={found.isFetching}
            value={chosen}
            options={(found.data?.pages[0]?.rows ?? []).map((row) => ({
              value: row.customer_id,
              label: row.display_name,
            }))}
            onChange={setChosen}
          />
        )}
      </Field>
    </Modal>
  );
}

/** Lets customers in by hand, where the journey takes people in so. */
export function EnterButton({ journey }: { journey: Journey }) {
  const t = useTexts(pageTexts);
  const [isOpen, setOpen] = useState(false);
  const isByHand = journey.definition.triggers.some(({ kind }) => kind === "by_hand");
  if (!isByHand || journey.subject !== "customer") return null;
  return (
    <>
      <Button icon={<UserAddOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t.enter}
      </Button>
      {isOpen && <EnterDialog journey={journey} onClose={() => setOpen(false)} />}
    </>
  );
}
