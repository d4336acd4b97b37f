import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Input, Popconfirm } from "antd";
import { useRef, useState, type ReactNode } from "react";
import { useTexts } from "@/shared/i18n/texts";
import type { Right } from "@/shared/session/rights";
import { Field } from "@/shared/ui/field";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import { PieceVersions, type VersionsQuery } from "./piece-versions";
import styles from "./content.module.css";

interface Piece {
  name: string;
  revision: number;
  version: number | null;
  status: "draft" | "live" | "stopped";
  used_by: readonly { name: string }[];
  is_made_elsewhere: boolean;
}

interface Draft<Definition> {
  name: string;
  definition: Definition;
  revision: number | null;
}

interface PieceDrawerProps<Row extends Piece, Definition> {
  title: string;
  /** What lies on the shelf; null for what is new. */
  row: Row | null;
  listKey: "materials" | "scripts";
  idOf: (row: Row) => number;
  save: (id: number | null, draft: Draft<Definition>) => Promise<Row>;
  publish: (id: number) => Promise<Row>;
  switchTo: (id: number, isOn: boolean) => Promise<unknown>;
  remove: (id: number) => Promise<unknown>;
  versions: (id: number) => VersionsQuery;
  /** Puts what a version says into the fields. */
  take: (id: number, version: number) => Promise<void>;
  mayWrite: boolean;
  mayPublish: boolean;
  writing: Right;
  definition: Definition;
  /** Whether the definition has all it needs; the name is seen to here. */
  isWhole: boolean;
  folder: string;
  onFolder: (folder: string) => void;
  onClose: () => void;
  /** The fields before the folder, and after it. */
  children: ReactNode;
  after: ReactNode;
}

/** A piece of content in the hand: what all kinds have, around the fields of one. */
export function PieceDrawer<Row extends Piece, Definition>(props: PieceDrawerProps<Row, Definition>) {
  const { row, mayWrite, mayPublish, onClose } = props;
  const t = useTexts(contentTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  // Saved, but refused to be published: pressing again must not make another.
  const kept = useRef(row);
  const [name, setName] = useState(row?.name ?? "");
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: (_, { done }) => {
      notices.done(done);
      onClose();
    },
    onError: notices.failed,
    // Refused, too: what could not be published may be there already, as a draft.
    onSettled: () => queryClient.invalidateQueries({ queryKey: [props.listKey] }),
  });
  const store = (publishes: boolean) =>
    act.mutate({
      run: async () => {
        const known = kept.current;
        const draft = { name, definition: props.definition, revision: known?.revision ?? null };
        const saved = await props.save(known && props.idOf(known), draft);
        kept.current = saved;
        if (publishes) await props.publish(props.idOf(saved));
      },
      done: publishes ? t.published : t.saved,
    });
  const taking = useMutation({
    mutationFn: ({ id, version }: { id: number; version: number }) => props.take(id, version),
    onSuccess: (_, { version }) => notices.done(t.taken(version)),
    onError: notices.failed,
  });
  const isReady = name.trim() !== "" && props.isWhole;
  return (
    <Drawer
      open
      size={560}
      title={props.title}
      onClose={onClose}
      extra={
        mayWrite ? (
          <span className={styles.actions}>
            <Button disabled={!isReady || act.isPending} onClick={() => store(false)}>
              {t.save}
            </Button>
            {mayPublish && (
              <Button type="primary" disabled={!isReady} loading={act.isPending} onClick={() => store(true)}>
                {t.publish}
              </Button>
            )}
          </span>
        ) : (
          row && <MadeElsewhere row={row} right={props.writing} />
        )
      }
    >
      <div className={styles.form}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              disabled={!mayWrite}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {props.children}
        <Field label={t.folder}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              disabled={!mayWrite}
              value={props.folder}
              onChange={(event) => props.onFolder(event.target.value)}
            />
          )}
        </Field>
        {props.after}
        {row && row.version !== null && (
          <PieceVersions
            query={props.versions(props.idOf(row))}
            version={row.version}
            onTake={mayWrite ? (version) => taking.mutate({ id: props.idOf(row), version }) : null}
          />
        )}
        {row && row.used_by.length > 0 && (
          <p className={styles.quiet}>
            {t.usedBy}: {row.used_by.map((each) => each.name).join(" · ")}
          </p>
        )}
        {row && (
          <span className={styles.actions}>
            {mayPublish && row.status !== "draft" && (
              <Button
                type="text"
                disabled={act.isPending}
                onClick={() =>
                  act.mutate(
                    row.status === "live"
                      ? { run: () => props.switchTo(props.idOf(row), false), done: t.stopped }
                      : { run: () => props.switchTo(props.idOf(row), true), done: t.resumed },
                  )
                }
              >
                {row.status === "live" ? t.stop : t.resume}
              </Button>
            )}
            {mayWrite && (
              <Popconfirm
                title={t.remove}
                description={t.removeSure}
                okText={t.remove}
                cancelText={t.cancel}
                onConfirm={() => act.mutate({ run: () => props.remove(props.idOf(row)), done: t.removed })}
              >
                <Button type="text" danger>
                  {t.remove}
                </Button>
              </Popconfirm>
            )}
          </span>
        )}
      </div>
    </Drawer>
  );
}
