import { DeploymentUnitOutlined, RollbackOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Grid, Input, Segmented } from "antd";
import { useMemo, useRef, useState, type ReactNode } from "react";
import type { JourneyFault } from "@/api/journey-document";
import type { Journey } from "@/api/journeys";
import type { Book } from "@/shared/conditions/book";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { LazyCanvas } from "../canvas/lazy-canvas";
import { WHEN } from "../canvas/layout";
import { EditContext, useEditing } from "../edit-context";
import { withLayout } from "../journey-draft";
import { journeysTexts } from "../journeys-texts";
import { kindsFor } from "../node-kinds";
import { PricePanel } from "../price/price-panel";
import { SopView } from "../sop/sop-view";
import { useNames } from "../use-names";
import { onEditorKey, useKeysOfNobody } from "./editor-keys";
import { editorTexts } from "./editor-texts";
import { FaultList } from "./fault-list";
import { NodeList } from "./node-list";
import { Palette } from "./palette";
import { PublishDialog } from "./publish-dialog";
import { SidePanel } from "./side-panel";
import { useJourneyEdit, type Edited, type JourneyEdit } from "./use-journey-edit";
import { useJourneyStore } from "./use-journey-store";
import { useSelection, type Selection } from "./use-selection";
import styles from "./editor.module.css";

/** Faults by their node; what is about the whole stands at the beginning. */
function useFaultsByNode(faults: readonly JourneyFault[]) {
  return useMemo(() => {
    const found = new Map<string, JourneyFault[]>();
    for (const fault of faults) {
      if (fault.is_warning) continue;
      const key = fault.node ?? WHEN;
      found.set(key, [...(found.get(key) ?? []), fault]);
    }
    return found;
  }, [faults]);
}

interface WorkProps {
  edit: JourneyEdit;
  selection: Selection;
}

/** The palette, the canvas and the form beside each other. */
function Workspace({ edit, selection }: WorkProps) {
  const t = useTexts(editorTexts);
  const notices = useNotices();
  const { names } = useEditing();
  const faults = useFaultsByNode(edit.faults);
  const body = useRef<HTMLDivElement>(null);
  const kinds = useMemo(
    () => kindsFor(edit.document.subject).map(({ kind }) => kind),
    [edit.document.subject],
  );
  const open = () => body.current?.querySelector<HTMLElement>("input, textarea, [role=combobox]")?.focus();
  const keys = { edit, selection, onOpen: open, onCopied: (count: number) => notices.done(t.copied(count)) };
  useKeysOfNobody((event) => onEditorKey(event, keys));
  return (
    // The keys are a shorter way to the buttons; nothing here is reached by them alone.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.workspace} onKeyDown={(event) => onEditorKey(event, keys)}>
      <Palette kinds={kinds} isFull={selection.isFull} onAdd={selection.add} />
      <div className={styles.stage}>
        <LazyCanvas
          document={edit.document}
          wording={names.wording}
          selected={selection.selected}
          onSelect={selection.setSelected}
          focus={selection.focus}
          faults={faults}
          numbers={null}
          passages={null}
          marks={null}
          editing={{
            kinds,
            onInsert: selection.insert,
            onDisconnect: selection.disconnect,
            onPlace: selection.place,
            onChange: edit.change,
          }}
        />
      </div>
      <SidePanel edit={edit} selection={selection} body={body} />
    </div>
  );
}

type View = "canvas" | "sop";

interface ToolBarProps extends WorkProps {
  view: View;
  onView: (view: View) => void;
}

function ToolBar({ edit, selection, view, onView }: ToolBarProps) {
  const t = useTexts(editorTexts);
  const tool = (label: string, icon: ReactNode, act: (() => void) | null) => (
    <Button
      type="text"
      size="small"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={!act}
      onClick={() => act?.()}
    />
  );
  const isTidy = Object.keys(edit.document.layout).length === 0;
  return (
    <div className={styles.toolBar}>
      <Segmented<View>
        aria-label={t.views}
        value={view}
        onChange={onView}
        options={(["canvas", "sop"] as const).map((value) => ({ value, label: t[value] }))}
      />
      {tool(t.undo, <RollbackOutlined aria-hidden />, edit.back)}
      {tool(t.redo, <RollbackOutlined aria-hidden className={styles.mirrored ?? ""} />, edit.forth)}
      {view === "canvas" &&
        tool(
          t.tidy,
          <DeploymentUnitOutlined aria-hidden />,
          isTidy ? null : () => edit.change((document) => withLayout(document, {})),
        )}
      {view === "canvas" && tool(t.settings, <SettingOutlined aria-hidden />, selection.settings)}
    </div>
  );
}

interface JourneyEditorProps {
  journey: Journey | null;
  start: Edited;
  book: Book;
  attributes: readonly string[];
  /** A new one was saved for the first time. */
  onMade: (journeyId: number) => void;
}

export function JourneyEditor({ journey, start, book, attributes, onMade }: JourneyEditorProps) {
  const t = useTexts(editorTexts);
  const { title } = useTexts(journeysTexts);
  const may = useMay();
  const screens = Grid.useBreakpoint();
  const edit = useJourneyEdit(journey, start);
  const names = useNames(edit.document);
  const selection = useSelection(edit);
  const [asking, setAsking] = useState<number | null>(null);
  const [view, setView] = useState<View>("canvas");
  // A new journey that nothing was done to is no loss.
  const guard = useLeaveGuard(edit.isDirty && (edit.back !== null || edit.known.id !== null));
  const store = useJourneyStore({
    edit,
    release: guard.release,
    onStored: (answer, publish) => {
      if (publish) setAsking(answer.journey_id);
      else if (!journey) {
        guard.release();
        onMade(answer.journey_id);
      }
    },
  });
  const editing = useMemo(
    () => ({ names, attributes, book, subject: edit.document.subject }),
    [names, attributes, book, edit.document.subject],
  );
  const isNamed = edit.name.trim() !== "";
  const submit = (publish: boolean) => {
    // What is known to be refused is not asked about: the form opens where it says what to mend.
    const [fault] = edit.isChecking ? [] : edit.faults.filter(({ is_warning: warns }) => !warns);
    if (publish && fault) {
      setView("canvas");
      selection.choose([fault.node ?? WHEN]);
      return;
    }
    store.save.mutate({ sent: edit.present, publish });
  };
  const isSaving = (publish: boolean) => store.save.isPending && store.save.variables.publish === publish;
  const back = journey
    ? { to: `/journeys/${journey.journey_id}`, label: journey.name }
    : { to: "/journeys", label: title };
  return (
    <Page
      title={edit.name || t.newName}
      back={back}
      heading={
        <>
          <h1 className="visually-hidden">{edit.name || t.newName}</h1>
          <Input
            variant="borderless"
            className={styles.name ?? ""}
            aria-label={t.nameLabel}
            placeholder={t.nameNeeded}
            maxLength={120}
            status={isNamed ? "" : "error"}
            value={edit.name}
            onChange={(event) => edit.setName(event.target.value)}
          />
        </>
      }
      actions={
        <>
          <FaultList
            edit={edit}
            onJump={(key) => {
              setView("canvas");
              selection.choose([key]);
            }}
          />
          <Button disabled={!isNamed} loading={isSaving(false)} onClick={() => submit(false)}>
            {t.save}
          </Button>
          {may(rights.publishJourneys) && (
            <Button type="primary" disabled={!isNamed} loading={isSaving(true)} onClick={() => submit(true)}>
              {t.publish}
            </Button>
          )}
        </>
      }
    >
      {guard.question}
      <EditContext value={editing}>
        <ToolBar edit={edit} selection={selection} view={view} onView={setView} />
        {view === "sop" ? (
          <SopView
            document={edit.document}
            faults={edit.faults}
            onChange={(document) => edit.change(() => document, "sop")}
          />
        ) : screens.lg === false ? (
          <NodeList edit={edit} selection={selection} />
        ) : (
          <Workspace edit={edit} selection={selection} />
        )}
      </EditContext>
      {asking !== null && (
        <PublishDialog
          subject={edit.document.subject}
          isPending={store.publish.isPending}
          onPublish={() => store.publish.mutate(asking)}
          onCancel={() => setAsking(null)}
        >
          <PricePanel journeyId={asking} />
        </PublishDialog>
      )}
    </Page>
  );
}
