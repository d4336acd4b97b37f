import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { newKey } from "@/api/content";
import { definitionFault } from "@/api/definition-fault";
import { createPost, postReachQuery } from "@/api/posts";
import type { PostDefinition } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { groupSource } from "@/api/sources";
import { StaffPicks } from "@/shared/staff/staff-pick";
import { PickSome } from "@/shared/ui/picker";
import { PhonePreview } from "../phone-preview";
import { PostMessage } from "./post-message";
import { asRead, type Content, type Kind } from "./post-parts";
import { postsTexts } from "./posts-texts";
import styles from "./posts.module.css";

type Choice = "all" | "chosen" | "owners" | "staff";

const CHOICES: Record<Kind, readonly Choice[]> = {
  group: ["all", "owners", "chosen"],
  moment: ["all", "staff"],
};
const EMPTY: Content = {
  title: "",
  body: "",
  link_url: null,
  attachments: [],
  overrides: {},
  fall_back_after_hours: null,
};

function targetsOf(choice: Choice, ids: number[]): PostDefinition["targets"] {
  return {
    all: choice === "all",
    group_ids: choice === "chosen" ? ids : [],
    staff_ids: choice === "owners" || choice === "staff" ? ids : [],
  };
}

/** Something to be posted to groups, or in the moments of staff; beside it the phone. */
export function PostEditorPage() {
  const t = useTexts(postsTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<Kind>("group");
  const [choice, setChoice] = useState<Choice>("all");
  const [ids, setIds] = useState<number[]>([]);
  const [name, setName] = useState("");
  const [content, setContent] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const guard = useLeaveGuard(name !== "" || content !== EMPTY);
  const title = content.title.trim() || name.trim() || content.body.trim().slice(0, 60);
  const targets = targetsOf(choice, ids);
  // Pressing twice, or again after a lost answer, posts it once.
  const [askedKey] = useState(newKey);
  const send = useMutation({
    mutationFn: (asked: Pick<PostDefinition, "kind" | "content">) =>
      createPost({
        asked_key: askedKey,
        name: name.trim(),
        definition: { kind: asked.kind, targets, content: { ...asked.content, title } },
      }),
    onSuccess: async (made) => {
      guard.release();
      notices.done(t.sent);
      await queryClient.invalidateQueries({ queryKey: ["posts"] });
      await navigate(`/posts/${made.post_id}`);
    },
    onError: notices.failed,
  });
  // What was refused is told until something is said otherwise.
  const isAsAsked = send.variables?.content === content && send.variables.kind === kind;
  const refused = isAsAsked ? send.error : null;
  const fault = refused instanceof ApiError ? definitionFault(refused, language) : null;
  const choose = (next: Kind, which: Choice) => {
    setKind(next);
    setChoice(which);
    setIds([]);
  };
  const submit = () => {
    setTried(true);
    if (name.trim() && content.body.trim()) send.mutate({ kind, content });
  };
  return (
    <Page title={t.newTitle} lead={t.lead} back={{ to: "/sends/posts", label: t.back }}>
      {guard.question}
      <div className={styles.editor}>
        <div className={styles.stack}>
          <Panel title={t.kind}>
            <div className={styles.form}>
              <Segmented<Kind>
                className={styles.choice ?? ""}
                aria-label={t.kind}
                value={kind}
                onChange={(next) => choose(next, "all")}
                options={(["group", "moment"] as const).map((value) => ({ value, label: t.kinds[value] }))}
              />
              <Segmented<Choice>
                className={styles.choice ?? ""}
                aria-label={t.whom[kind]}
                value={choice}
                onChange={(which) => choose(kind, which)}
                options={CHOICES[kind].map((value) => ({ value, label: t.targets[value] }))}
              />
              {choice === "chosen" && <GroupSelect value={ids} onChange={setIds} />}
              {(choice === "owners" || choice === "staff") && <StaffSelect value={ids} onChange={setIds} />}
            </div>
          </Panel>
          <PostMessage
            kind={kind}
            name={name}
            content={content}
            fault={fault}
            needs={tried}
            onName={setName}
            onChange={(changed) => setContent({ ...content, ...changed })}
          />
        </div>
        <div className={styles.stack}>
          <Panel title={t.preview}>
            <PhonePreview content={asRead(kind, { ...content, title })} />
          </Panel>
          <Panel title={t.whereTo}>
            <div className={styles.form}>
              <Reach kind={kind} targets={targets} />
              <p className={styles.quiet}>{t.hours}</p>
              <Button type="primary" loading={send.isPending} onClick={submit}>
                {t.send}
              </Button>
            </div>
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function Reach({ kind, targets }: Pick<PostDefinition, "kind" | "targets">) {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  // Where it goes does not depend on what it says.
  const content = { ...EMPTY, title: "-", body: "-" };
  const { data } = useQuery(postReachQuery({ name: "-", definition: { kind, targets, content } }));
  if (!data) return <p>&nbsp;</p>;
  if (data.count === 0) return <p>{t.nobody}</p>;
  return (
    <>
      <p>{t.reach[kind](n.whole(data.count), n.whole(data.people))}</p>
      {data.needs_approval && <p className={styles.quiet}>{t.heldText}</p>}
    </>
  );
}

const CHOSEN_MAX = 2000;

interface SelectProps {
  value: number[];
  onChange: (ids: number[]) => void;
}

function GroupSelect({ value, onChange }: SelectProps) {
  const t = useTexts(postsTexts);
  return (
    <PickSome
      source={groupSource}
      className={styles.wide}
      label={t.chooseGroups}
      placeholder={t.chooseGroups}
      maxCount={CHOSEN_MAX}
      fits={(each) => !each.dissolved_at}
      describe={(each) => each.name || t.unnamed(String(each.group_id))}
      value={value}
      onChange={onChange}
    />
  );
}

function StaffSelect({ value, onChange }: SelectProps) {
  const t = useTexts(postsTexts);
  return (
    <StaffPicks
      className={styles.wide}
      label={t.chooseStaff}
      placeholder={t.chooseStaff}
      maxCount={CHOSEN_MAX}
      value={value}
      onChange={onChange}
    />
  );
}
