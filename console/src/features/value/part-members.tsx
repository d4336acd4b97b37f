import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { createSegment } from "@/api/segments";
import { partMembersQuery, type Owner } from "@/api/value";
import type { Condition } from "@/api/types";
import { PeopleDrawer } from "@/shared/customers/people-drawer";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import type { Part } from "./movement-panel";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

interface MakeSegmentProps {
  owner: Owner;
  name: string;
  part: Part;
}

function MakeSegment({ owner, name, part }: MakeSegmentProps) {
  const t = useTexts(valueTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const definition: Condition =
    owner.kind === "rfm"
      ? { kind: "rfm", scheme_id: owner.id, cells: [part.key] }
      : { kind: "stage", ladder_id: owner.id, stages: [part.key] };
  const make = useMutation({
    mutationFn: () => createSegment({ name, definition }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  return (
    <div className={styles.makeSegment}>
      <Button size="small" type="primary" loading={make.isPending} onClick={() => make.mutate()}>
        {t.makeSegment}
      </Button>
    </div>
  );
}

interface PartMembersProps {
  owner: Owner;
  ownerName: string;
  /** The cell or stage that is looked into, if one is. */
  part: Part | undefined;
  /** Whether audience keeps it: it was published. */
  isKept: boolean;
  onClose: () => void;
}

/** Who is in a cell or stands on a stage, and the way to a segment of them. */
export function PartMembers({ owner, ownerName, part, isKept, onClose }: PartMembersProps) {
  const t = useTexts(valueTexts);
  const may = useMay();
  return (
    <PeopleDrawer
      shown={
        part
          ? {
              title: t.members(part.name),
              query: isKept ? partMembersQuery(owner, part.key) : null,
              nobody: isKept ? undefined : t.notKept,
              action: may(rights.writeSegments) && (
                <MakeSegment owner={owner} name={t.newSegmentName(ownerName, part.name)} part={part} />
              ),
            }
          : null
      }
      onClose={onClose}
    />
  );
}
