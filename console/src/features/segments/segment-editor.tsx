import { Button, Input } from "antd";
import { useNavigate } from "react-router";
import type { Condition, Segment } from "@/api/types";
import type { Book } from "@/shared/conditions/book";
import { Builder } from "@/shared/conditions/builder";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { editorTexts } from "./editor-texts";
import { PreviewPanel } from "./preview-panel";
import { SaveActions } from "./save-actions";
import { SegmentActions } from "./segment-actions";
import { SegmentLead } from "./segment-lead";
import { segmentsTexts } from "./segments-texts";
import { templates, type TemplateName } from "./templates";
import { useSegmentDraft } from "./use-segment-draft";
import styles from "./segment-editor.module.css";

function TemplateBar() {
  const t = useTexts(editorTexts);
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
  book: Book;
  segment: Segment | null;
  name: string;
  definition: Condition;
}

export function SegmentEditor({ book, segment, name, definition }: SegmentEditorProps) {
  const t = useTexts(editorTexts);
  const { title } = useTexts(segmentsTexts);
  const may = useMayChange(segment);
  const draft = useSegmentDraft(name, definition, segment?.revision ?? null);
  const disabled = !may(rights.writeSegments);
  // A new segment that says nothing yet is no loss.
  const guard = useLeaveGuard(draft.dirty && draft.root.items.length > 0);
  const named = draft.name.trim() !== "";
  const isServing = segment !== null && segment.status !== "draft";
  return (
    <Page
      title={draft.name || t.newName}
      back={
        isServing
          ? { to: `/segments/${segment.segment_id}`, label: segment.name }
          : { to: "/segments", label: title }
      }
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
      lead={segment ? <SegmentLead segment={segment} note={draft.dirty ? t.unsaved : undefined} /> : " "}
      actions={
        <>
          {segment?.status === "draft" && <SegmentActions segment={segment} onRemoved={guard.release} />}
          <SaveActions
            segment={segment}
            draft={{ name: draft.name.trim(), definition: draft.definition, revision: draft.revision }}
            dirty={draft.dirty}
            ready={named && draft.complete && !draft.fault}
            onAnswered={(answer, sent) => {
              guard.release();
              draft.markAnswered(answer.revision, sent);
            }}
            onRefused={draft.refuse}
          />
        </>
      }
    >
      {guard.question}
      <div className={styles.columns}>
        <Panel title={t.conditions} note={isServing && !disabled ? t.servesMeanwhile : undefined}>
          {!segment && <TemplateBar />}
          <Builder
            root={draft.root}
            book={book}
            disabled={disabled}
            fault={draft.fault}
            onChange={draft.change}
            back={draft.back}
            forth={draft.forth}
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
