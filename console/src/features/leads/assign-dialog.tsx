import { useQuery } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { assignLeads } from "@/api/leads";
import { colleaguesQuery } from "@/api/tasks";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { staffTexts } from "@/shared/staff/staff-texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { leadsTexts } from "./leads-texts";
import { useLeadChange } from "./use-leads";

interface AssignDialogProps {
  leadIds: number[];
  onClose: () => void;
  onDone: () => void;
}

/** Gives leads to one member of the staff, or shares them among several. */
export function AssignDialog({ leadIds, onClose, onDone }: AssignDialogProps) {
  const t = useTexts(leadsTexts);
  const staff = useTexts(staffTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const { data } = useQuery(colleaguesQuery());
  const [staffIds, setStaffIds] = useState<number[]>([]);
  const [tried, setTried] = useState(false);
  const assigning = useLeadChange(assignLeads, (found) => {
    notices.done(t.assigned(n.whole(found.rows.length)));
    onDone();
  });
  const submit = () => {
    setTried(true);
    if (staffIds.length) assigning.mutate({ leadIds, staffIds });
  };
  return (
    <Modal
      open
      title={t.assign}
      okText={t.assign}
      cancelText={t.cancel}
      confirmLoading={assigning.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Field label={t.assignTo} note={t.assignNote} error={tried && !staffIds.length ? staff.needed : null}>
        {(control) => (
          <Select
            {...control}
            mode="multiple"
            showSearch={{ optionFilterProp: "label" }}
            value={staffIds}
            options={data?.rows.map((each) => ({ value: each.staff_id, label: each.name }))}
            onChange={setStaffIds}
          />
        )}
      </Field>
    </Modal>
  );
}
