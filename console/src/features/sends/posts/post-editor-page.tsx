import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { staffListQuery } from "@/api/company";
import { groupListQuery } from "@/api/contacts";
import { createPost, postReachQuery } from "@/api/posts";
import type { PostDefinition, PostDraft } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { postsTexts } from "./posts-texts";
import styles from "./posts.module.css";

type Kind = PostDefinition["kind"];
type Choice = "all" | "chosen" | "owners" | "staff";
interface Words {
  name: string;
  title: string;
  body: string;
  link: string;
  picture: string;
}

const CHOICES: Record<Kind, readonly Choice[]> = {
  group: ["all", "owners", "chosen"],
  moment: ["all", "staff"],
};

function draftOf(kind: Kind, choice: Choice, ids: number[], words: Words): PostDraft {
  const title = words.title.trim() || words.name.trim() || words.body.trim().slice(0, 60);
  const picture = words.picture.trim();
  return {
    name: words.name.trim(),
    definition: {
      kind,
      targets: {
        all: choice === "all",
        group_ids: choice === "chosen" ? ids : [],
        staff_ids: choice === "owners" || choice === "staff" ? ids : [],
      },
      content: {
        title,
        body: words.body.trim(),
        link_url: words.link.trim() || null,
        attachments: picture
          ? [
              {
                kind: "image",
                url: picture,
                media_id: null,
                title: null,
                description: null,
                appid: null,
                page: null,
              },
            ]
          : [],
        overrides: {},
        fall_back_after_hours: null,
      },
    },
  };
}

/** Something to be posted to groups, or in the moments of staff. */
export function PostEditorPage() {
  const t = useTexts(postsTexts);
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<Kind>("group");
  const [choice, setChoice] = useState<Choice>("all");
  const [ids, setIds] = useState<number[]>([]);
  const [words, setWords] = useState<Words>({ name: "", title: "", body: "", link: "", picture: "" });
  const [tried, setTried] = useState(false);
  const draft = draftOf(kind, choice, ids, words);
  const send = useMutation({
    mutationFn: () => createPost(draft),
    onSuccess: async (made) => {
      notices.done(t.sent);
      await queryClient.invalidateQueries({ queryKey: ["posts"] });
      void navigate(`/posts/${made.post_id}`);
    },
    onError: notices.failed,
  });
  const missing = (text: string) => (tried && !text.trim() ? t.needed : null);
  const set = (changed: Partial<Words>) => setWords({ ...words, ...changed });
  const choose = (next: Kind, which: Choice) => {
    setKind(next);
    setChoice(which);
    setIds([]);
  };
  const submit = () => {
    setTried(true);
    if (words.name.trim() && words.body.trim()) send.mutate();
  };
  return (
    <Page title={t.newTitle} lead={t.lead} back={{ to: "/sends/posts", label: t.back }}>
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
        <Panel title={t.message}>
          <div className={styles.form}>
            <Field label={t.name} note={t.nameNote} error={missing(words.name)}>
              {(control) => (
                <Input
                  {...control}
                  maxLength={80}
                  value={words.name}
                  onChange={(event) => set({ name: event.target.value })}
                />
              )}
            </Field>
            <Field label={t.body} error={missing(words.body)}>
              {(control) => (
                <Input.TextArea
                  {...control}
                  maxLength={2000}
                  autoSize={{ minRows: 4, maxRows: 12 }}
                  value={words.body}
                  onChange={(event) => set({ body: event.target.value })}
                />
              )}
            </Field>
            <Field label={t.link} note={kind === "moment" ? t.linkMoment : undefined}>
              {(control) => (
                <Input
                  {...control}
                  placeholder="https://"
                  value={words.link}
                  onChange={(event) => set({ link: event.target.value })}
                />
              )}
            </Field>
            {kind === "group" && words.link.trim() && (
              <Field label={t.titleOf} note={t.titleNote}>
                {(control) => (
                  <Input
                    {...control}
                    maxLength={100}
                    value={words.title}
                    onChange={(event) => set({ title: event.target.value })}
                  />
                )}
              </Field>
            )}
            <Field label={t.picture}>
              {(control) => (
                <Input
                  {...control}
                  placeholder="https://"
                  value={words.picture}
                  onChange={(event) => set({ picture: event.target.value })}
                />
              )}
            </Field>
            <div className={styles.foot}>
              <div>
                <Reach draft={draft} />
                <p className={styles.quiet}>{t.hours}</p>
              </div>
              <Button type="primary" loading={send.isPending} onClick={submit}>
                {t.send}
              </Button>
            </div>
          </div>
        </Panel>
      </div>
    </Page>
  );
}

function Reach({ draft }: { draft: PostDraft }) {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  // Where it goes does not depend on what it says.
  const { kind, targets } = draft.definition;
  const words = {
    title: "-",
    body: "-",
    link_url: null,
    attachments: [],
    overrides: {},
    fall_back_after_hours: null,
  };
  const { data } = useQuery(postReachQuery({ name: "-", definition: { kind, targets, content: words } }));
  if (!data) return <p>&nbsp;</p>;
  if (data.count === 0) return <p>{t.nobody}</p>;
  return (
    <>
      <p>{t.reach[kind](n.whole(data.count), n.whole(data.people))}</p>
      {data.needs_approval && <p className={styles.quiet}>{t.heldText}</p>}
    </>
  );
}

interface SelectProps {
  value: number[];
  onChange: (ids: number[]) => void;
}

function GroupSelect({ value, onChange }: SelectProps) {
  const t = useTexts(postsTexts);
  const [search, setSearch] = useState("");
  const list = useInfiniteQuery(groupListQuery(search));
  const groups = list.data?.pages.flatMap((page) => page.rows).filter((each) => !each.dissolved_at) ?? [];
  return (
    <Select
      mode="multiple"
      className={styles.wide ?? ""}
      aria-label={t.chooseGroups}
      placeholder={t.chooseGroups}
      maxCount={2000}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      value={value}
      onChange={onChange}
      options={groups.map((each) => ({
        value: each.group_id,
        label: each.name || t.unnamed(String(each.group_id)),
      }))}
    />
  );
}

function StaffSelect({ value, onChange }: SelectProps) {
  const t = useTexts(postsTexts);
  const may = useMay();
  const list = useInfiniteQuery({ ...staffListQuery(), enabled: may(rights.readCompany) });
  const staff = list.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Select
      mode="multiple"
      className={styles.wide ?? ""}
      aria-label={t.chooseStaff}
      placeholder={t.chooseStaff}
      maxCount={2000}
      showSearch={{ optionFilterProp: "label" }}
      value={value}
      onChange={onChange}
      options={staff.map((each) => ({ value: each.staff_id, label: each.name }))}
    />
  );
}
