import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { createSegment } from "@/api/segments";
import { partMembersQuery, type Owner } from "@/api/value";
import type { Condition } from "@/api/types";
import { CustomerTable } from "@/shared/customers/customer-table";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import type { Part } from "./movement-panel";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

function Members({ owner, part }: { owner: Owner; part: Part }) {
  const t = useTexts(valueTexts);
  return (
    <CustomerTable label={t.members(part.name)} list={useInfiniteQuery(partMembersQuery(owner, part.key))} />
  );
}

interface PartMembersProps {
  owner: Owner;
  ownerName: string;
  part: Part;
  /** Whether audience keeps it: it was published. */
  isKept: boolean;
  onClose: () => void;
}

/** Who is in a cell or stands on a stage, and the way to a segment of them. */
export function PartMembers({ owner, ownerName, part, isKept, onClose }: PartMembersProps) {
  const t = useTexts(valueTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const definition: Condition =
    owner.kind === "rfm"
      ? { kind: "rfm", scheme_id: owner.id, cells: [part.key] }
      : { kind: "stage", ladder_id: owner.id, stages: [part.key] };
  const make = useMutation({
    mutationFn: () => createSegment({ name: t.newSegmentName(ownerName, part.name), definition }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  return (
    <Panel
      flush
      title={t.members(part.name)}
      extra={
        <div className={styles.actions}>
          {isKept && may(rights.writeSegments) && (
            <Button size="small" type="primary" loading={make.isPending} onClick={() => make.mutate()}>
              {t.makeSegment}
            </Button>
          )}
          <Button size="small" onClick={onClose}>
            {t.close}
          </Button>
        </div>
      }
    >
      {!isKept ? (
        <EmptyState compact icon={<TeamOutlined aria-hidden />} title={t.notKept} />
      ) : may(rights.readCustomers) ? (
        <Members owner={owner} part={part} />
      ) : null}
    </Panel>
  );
}
