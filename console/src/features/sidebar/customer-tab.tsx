import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { linkListQuery } from "@/api/content";
import { customerQuery, timelineQuery } from "@/api/customers";
import { endHandTask, handTasksQuery } from "@/api/reach";
import { customerTagsQuery, tagCustomer, tagGroupsQuery } from "@/api/tags";
import type { Customer, HandTask } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { AttachmentList } from "@/shared/materials/attachment-list";
import { plainMessage } from "@/shared/materials/plain-message";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagChip } from "@/shared/tags/tag-chip";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { When } from "@/shared/ui/when";
import { AskCard } from "./ask-card";
import { useBar } from "./context";
import { messagesOf } from "./send-hand";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";
import { FollowUps, NextAction, Tasks } from "./work-cards";

const RECENT = 6;

function Profile({ customer }: { customer: Customer }) {
  const t = useTexts(sidebarTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  return (
    <section className={styles.card}>
      <div className={styles.who}>
        <PersonAvatar name={customer.display_name} />
        <div>
          <h1 className={styles.whoName}>{customer.display_name}</h1>
          {customer.contact_masked && <p className={styles.quiet}>{customer.contact_masked}</p>}
        </div>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{t.facts.orders}</dt>
          <dd className="num">{n.whole(customer.orders)}</dd>
        </div>
        <div>
          <dt>{t.facts.revenue}</dt>
          <dd className="num">{n.money(customer.revenue_fen, currency)}</dd>
        </div>
        <div>
          <dt>{t.facts.last}</dt>
          <dd>
            <When at={customer.last_order_at} />
          </dd>
        </div>
        <div>
          <dt>{t.facts.seen}</dt>
          <dd>
            <When at={customer.last_seen_at} />
          </dd>
        </div>
        {customer.city && (
          <div>
            <dt>{t.facts.city}</dt>
            <dd>{customer.city}</dd>
          </div>
        )}
        {customer.segments.length > 0 && (
          <div className={styles.wide}>
            <dt>{t.facts.stage}</dt>
            <dd>{customer.segments.map((each) => each.name).join(" · ")}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Tags() {
  const t = useTexts(sidebarTexts);
  const may = useMay();
  const { customerId, failed } = useBar();
  const queryClient = useQueryClient();
  const { data } = useQuery(customerTagsQuery(customerId));
  const mayTag = may(rights.applyTags);
  const { data: groups } = useQuery({ ...tagGroupsQuery(), enabled: mayTag });
  const tagging = useMutation({
    mutationFn: (wanted: { add?: number[]; remove?: number[] }) => tagCustomer(customerId, wanted),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["customer-tags", customerId] }),
    onError: failed,
  });
  const borne = new Set(data?.rows.map((each) => each.tag_id));
  return (
    <section className={styles.card} aria-label={t.tags}>
      <h2 className={styles.cardTitle}>{t.tags}</h2>
      <div className={styles.chips}>
        {data?.rows.map((each) => (
          <TagChip
            key={each.tag_id}
            colour={each.colour}
            name={each.tag}
            remove={
              mayTag && each.rule_id === null
                ? { label: t.removeTag(each.tag), onRemove: () => tagging.mutate({ remove: [each.tag_id] }) }
                : undefined
            }
          />
        ))}
        {data?.rows.length === 0 && <span className={styles.quiet}>{t.noTags}</span>}
      </div>
      {mayTag && groups && (
        <select
          className={`${styles.select} ${styles.actions}`}
          aria-label={t.addTag}
          value=""
          disabled={tagging.isPending}
          onChange={(event) => tagging.mutate({ add: [Number(event.target.value)] })}
        >
          <option value="">{t.addTag}</option>
          {groups.rows
            .filter((group) => !group.is_archived)
            .map((group) => (
              <optgroup key={group.group_id} label={group.name}>
                {group.tags
                  .filter((tag) => !tag.is_archived && !borne.has(tag.tag_id))
                  .map((tag) => (
                    <option key={tag.tag_id} value={tag.tag_id}>
                      {tag.name}
                    </option>
                  ))}
              </optgroup>
            ))}
        </select>
      )}
    </section>
  );
}

function Hand({ task }: { task: HandTask }) {
  const t = useTexts(sidebarTexts);
  const { send, failed, isInChat } = useBar();
  const may = useMay();
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: endHandTask,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["reach", "hand-tasks"] }),
    onError: failed,
  });
  const mayEnd = may(rights.writeContacts);
  const end = (sent: boolean) => ending.mutate({ messageId: task.message_id, sent });
  // So many of its messages are in the chat already: after a failure it goes on from there.
  const sent = useRef(0);
  const sending = useMutation({
    mutationFn: async () => {
      if (!isInChat) {
        const content = plainMessage(task.body, task.link_url, task.attachments);
        await send({ msgtype: "text", text: { content } });
        return;
      }
      for (const message of messagesOf(task).slice(sent.current)) {
        if (!(await send(await message()))) return;
        sent.current += 1;
      }
      if (mayEnd) end(true);
    },
    onError: failed,
  });
  return (
    <li>
      <p className={styles.text}>{[task.body, task.link_url].filter(Boolean).join("\n")}</p>
      <AttachmentList attachments={task.attachments} />
      <span className={styles.actions}>
        <button
          type="button"
          className={`${styles.button} ${styles.main}`}
          disabled={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {isInChat ? t.send : t.copy}
        </button>
        {mayEnd && !isInChat && (
          <button
            type="button"
            className={styles.button}
            disabled={ending.isPending}
            onClick={() => end(true)}
          >
            {t.handDone}
          </button>
        )}
        {mayEnd && (
          <button
            type="button"
            className={styles.plain}
            disabled={ending.isPending}
            onClick={() => end(false)}
          >
            {t.handSkip}
          </button>
        )}
      </span>
    </li>
  );
}

/** Messages whose text is this customer's own and that one of the staff is to send: at one tap, in the chat. */
function HandTasks() {
  const t = useTexts(sidebarTexts);
  const { customerId } = useBar();
  const { data } = useInfiniteQuery(handTasksQuery("open", customerId));
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t.hand}>
      <h2 className={styles.cardTitle}>{t.hand}</h2>
      <ul className={styles.lines}>
        {rows.map((task) => (
          <Hand key={task.message_id} task={task} />
        ))}
      </ul>
    </section>
  );
}

function Links() {
  const t = useTexts(sidebarTexts);
  const { customerId } = useBar();
  const { data } = useInfiniteQuery(linkListQuery({ customerId }, 5));
  const rows = data?.pages[0]?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t.links}>
      <h2 className={styles.cardTitle}>{t.links}</h2>
      <ul className={styles.lines}>
        {rows.map((each) => (
          <li key={each.share_id}>
            <span>{each.title}</span>
            <span className={styles.quiet}>
              {each.opens === 0
                ? t.unopened
                : [
                    t.linkSaid(each.opens, each.read_seconds ? t.seconds(each.read_seconds) : ""),
                    ...(each.forwards ? [t.forwarded(each.forwards)] : []),
                  ].join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent() {
  const t = useTexts(sidebarTexts);
  const vocabulary = useVocabulary();
  const { customerId } = useBar();
  const { data } = useInfiniteQuery(timelineQuery(customerId));
  const rows = data?.pages[0]?.rows.slice(0, RECENT);
  return (
    <section className={styles.card} aria-label={t.recent}>
      <h2 className={styles.cardTitle}>{t.recent}</h2>
      {rows?.length === 0 && <p className={styles.quiet}>{t.noRecent}</p>}
      <ul className={styles.lines}>
        {rows?.map((each) => (
          <li key={each.event_id} className={styles.row}>
            <span>{vocabulary.say("events", each.name)}</span>
            <span className={styles.quiet}>
              <When at={each.occurred_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who the customer is, and what waits to be done for them. */
export function CustomerTab() {
  const t = useTexts(sidebarTexts);
  const may = useMay();
  const vocabulary = useVocabulary();
  const { customerId } = useBar();
  const { data: customer } = useQuery(customerQuery(customerId));
  if (!customer) return <p className={styles.quiet}>{t.opening}</p>;
  return (
    <>
      <Profile customer={customer} />
      {may(rights.readTasks) && <NextAction />}
      {may(rights.readTasks) && <Tasks />}
      {may(rights.readMessages) && <HandTasks />}
      {may(rights.readTags) && <Tags />}
      {customer.journeys.length > 0 && (
        <section className={styles.card} aria-label={t.journeys}>
          <h2 className={styles.cardTitle}>{t.journeys}</h2>
          <ul className={styles.lines}>
            {customer.journeys.map((each) => (
              <li key={each.journey_id} className={styles.row}>
                <span>{each.name}</span>
                <span className={styles.quiet}>{vocabulary.say("journeyStates", each.state)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {may(rights.writeEnquiries) && <AskCard />}
      {may(rights.readLeads) && <FollowUps mayWrite={may(rights.writeLeads)} />}
      {may(rights.readMaterials) && <Links />}
      <Recent />
      <a href={`/customers/${customerId}`} target="_blank" rel="noreferrer" className={styles.quiet}>
        {t.full}
      </a>
    </>
  );
}
