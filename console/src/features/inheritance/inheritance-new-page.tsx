import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { newKey } from "@/api/content";
import { beginInheritance, inheritanceQuery, outlineQuery } from "@/api/inheritances";
import type { InheritanceWish } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { Page } from "@/shared/ui/page";
import { useNotices } from "@/shared/ui/use-notices";
import { handingSource } from "@/api/sources";
import { useNamed } from "@/shared/ui/picker";
import { HandPanel } from "./hand-panel";
import { inheritanceTexts } from "./inheritance-texts";
import { undoneOf } from "./inheritance-parts";
import { OutlinePanel } from "./outline-panel";
import { WhatPanel, WhomPanel, WhoPanel } from "./wish-panels";
import { wishOf, type Held } from "./wish";
import styles from "./inheritance.module.css";

/** Who hands over what to whom, with what would come of it before it begins. */
export function InheritanceNewPage() {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const again = Number(search.get("again")) || null;
  const earlier = useQuery({ ...inheritanceQuery(again ?? 0), enabled: again !== null }).data;
  const [held, setHeld] = useState<Held>({
    giverId: Number(search.get("from")) || null,
    takerIds: [],
    of: "everyone",
    ofId: null,
    withGroups: true,
    sharing: "even",
    byHand: {},
    message: "",
  });
  const [askedKey] = useState(newKey);
  const change = (changes: Partial<Held>) => setHeld((before) => ({ ...before, ...changes }));
  const members = useNamed(handingSource("givers"), [held.giverId ?? 0, ...held.takerIds].filter(Boolean));
  const giver = members.get(held.giverId ?? 0);
  const takers = held.takerIds.flatMap((each) => members.get(each) ?? []);
  const wish = wishOf(held, again);
  const outline = useQuery(outlineQuery(wish));
  const begin = useMutation({
    mutationFn: (order: InheritanceWish) => beginInheritance({ ...order, asked_key: askedKey }),
    onSuccess: async (made) => {
      notices.done(t.begun);
      await queryClient.invalidateQueries({ queryKey: ["inheritances"] });
      await queryClient.invalidateQueries({ queryKey: ["inheritance-members"] });
      await navigate(`/inheritances/${made.inheritance_id}`);
    },
    onError: notices.failed,
  });
  const found = wish ? outline.data : undefined;
  const canBegin = !outline.error && found && found.customers + found.groups > 0;
  return (
    <Page
      title={again ? t.againTitle : t.create}
      lead={again && earlier ? t.againNote(n.whole(undoneOf(earlier))) : undefined}
      back={{ to: again ? `/inheritances/${again}` : "/inheritances", label: t.back }}
    >
      <div className={styles.stack}>
        {!again && <WhoPanel held={held} onChange={change} />}
        {!again && <WhatPanel giver={giver} held={held} onChange={change} />}
        <WhomPanel giver={giver} held={held} onChange={change} />
        {held.sharing === "by_hand" && giver && (
          <HandPanel giver={giver} takers={takers} held={held} onChange={change} />
        )}
        <OutlinePanel
          outline={found}
          error={wish ? outline.error : null}
          members={takers}
          stale={outline.isPlaceholderData}
        />
        <div className={styles.foot}>
          <Button
            type="primary"
            disabled={!canBegin || !wish}
            loading={begin.isPending}
            onClick={() => wish && begin.mutate(wish)}
          >
            {t.begin}
          </Button>
          {found && !canBegin && <span className={styles.quiet}>{t.beginHint}</span>}
        </div>
      </div>
    </Page>
  );
}
