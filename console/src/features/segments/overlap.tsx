import { BlockOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { overlapQuery } from "@/api/segments";
import type { Overlap } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { segmentSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import { partsOf } from "./overlap-parts";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

const OTHERS_MAX = 5;

function Bars({ overlap }: { overlap: Overlap }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const parts = partsOf(overlap);
  const most = Math.max(...parts.map(({ count }) => count), 1);
  return (
    <ul className={styles.bars} aria-label={t.combinations}>
      {parts.map(({ names, count, isShared }) => {
        const words = names.join(t.nameGap);
        return (
          <li key={words} className={isShared ? styles.shared : undefined}>
            <div className={styles.barHead}>
              <span>{isShared ? t.inAll(words) : t.onlyIn(words)}</span>
              <strong>{n.whole(count)}</strong>
            </div>
            <div className={styles.bar} aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** How many are in every combination of this segment and others; a bar for each, the largest first. */
export function SegmentOverlap() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const [others, setOthers] = useState<number[]>([]);
  const overlap = useQuery({
    ...overlapQuery([segment.segment_id, ...others]),
    enabled: others.length > 0,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={t.overlap} note={t.overlapNote}>
      <PickSome
        source={segmentSource}
        label={t.others}
        placeholder={t.others}
        className={styles.picker}
        maxCount={OTHERS_MAX}
        fits={({ segment_id: id, status }) => status !== "draft" && id !== segment.segment_id}
        value={others}
        onChange={setOthers}
      />
      <div style={{ marginTop: 22 }} aria-busy={overlap.isFetching}>
        {others.length === 0 ? (
          <EmptyState compact icon={<BlockOutlined aria-hidden />} title={t.overlapEmpty} />
        ) : overlap.data ? (
          <Bars overlap={overlap.data} />
        ) : overlap.error ? (
          <ErrorState compact error={overlap.error} onRetry={() => void overlap.refetch()} />
        ) : (
          <SkeletonLines lines={4} />
        )}
      </div>
    </Panel>
  );
}
