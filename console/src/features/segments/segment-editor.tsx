import { Button, Input } from "antd";
import { useNavigate } from "react-router";
import type { Attributes, Condition, Segment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { When } from "@/shared/ui/when";
import { Builder } from "./builder";
import { PreviewPanel } from "./preview-panel";
import { SegmentActions } from "./segment-actions";
import { SegmentStatus } from "./segment-status";
import { segmentsTexts } from "./segments-texts";
import { templates, type TemplateName } from "./templates";
import { useSegmentDraft } from "./use-segment-draft";
import styles from "./segment-editor.module.css";

function Lead({ segment, dirty }: { segment: Segment | null; dirty: boolean }) {
  const t = useTexts(segmentsTexts);
  return (
    <div className={styles.lead}>
      {segment && (
        <>
          <SegmentStatus status={segment.status} />
          {segment.version !== null && <span>{t.version(segment.version)}</span>}
          {segment.refreshed_at && (
            <span>
              {t.columns.refreshed} <When at={segment.refreshed_at} />
            </span>
          )}
        </>
      )}
      {segment && dirty ? (
        <span className={styles.note}>{t.unsaved}</span>
      ) : (
        segment?.status === "live" &&
        segment.draft_definition && <span className={styles.note}>{t.unpublished}</span>
      )}
    </div>
  );
}

function TemplateBar() {
  const t = useTexts(segmentsTexts);
  const navigate = useNavigate();
  return (
    <div className={styles.templates}>
      <span>{t.startFrom}</span>
      {(Object.keys(templates) as TemplateName[]).map((name) => (
        <Button
          key={name}
          size="small"
          onClick={() => void navigate(`/segments/new?template=${name}`, { replace: true })}
        >
          {t.templates[name]}
        </Button>
      ))}
    </div>
  );
}

interface SegmentEditorProps {
  names: Attributes;
  segment: Segment | null;
  name: string;
  definition: Condition;
}

export function SegmentEditor({ names, segment, name, definition }: SegmentEditorProps) {
  const t = useTexts(segmentsTexts);
  const may = useMay();
  const draft = useSegmentDraft(name, definition, segment?.revision ?? null);
  const disabled = !may(rights.writeSegments);
  // A new segment that says nothing yet is no loss.
  const guard = useLeaveGuard(draft.dirty && draft.root.items.length > 0);
  const named = draft.name.trim() !== "";
  return (
    <Page
      title={draft.name || t.newName}
      back={{ to: "/segments", label: t.title }}
      heading={
        <>
          <h1 className="visually-hidden">{draft.name || t.newName}</h1>
          <Input
            variant="borderless"
            className={styles.name ?? ""}
            aria-label={t.nameLabel}
            placeholder={t.nameNeeded}
            maxLength={120}
            disabled={disabled}
            status={named ? "" : "error"}
            value={draft.name}
            onChange={(event) => draft.setName(event.target.value)}
          />
        </>
      }
      lead={<Lead segment={segment} dirty={draft.dirty} />}
      actions={
        <SegmentActions
          segment={segment}
          draft={{ name: draft.name.trim(), definition: draft.definition, revision: draft.revision }}
          dirty={draft.dirty}
          ready={named && draft.complete && !draft.fault}
          onAnswered={(answer, sent) => {
            if (sent) guard.release();
            draft.markAnswered(answer.revision, sent);
          }}
          onRemoved={guard.release}
          onRefused={draft.refuse}
        />
      }
    >
      {guard.question}
      <div className={styles.columns}>
        <Panel title={t.conditions}>
          {!segment && <TemplateBar />}
          <Builder
            root={draft.root}
            names={names}
            disabled={disabled}
            fault={draft.fault}
            onChange={draft.change}
          />
        </Panel>
        <PreviewPanel
          complete={draft.complete}
          preview={draft.preview.data}
          stale={draft.previewStale}
          error={draft.preview.error}
          fault={draft.fault}
          onRetry={() => void draft.preview.refetch()}
        />
      </div>
    </Page>
  );
}
