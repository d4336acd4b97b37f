import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { faultAt, replaced, without, type RulePart } from "./rule-parts";
import { serviceTexts } from "./service-texts";
import { WordsField } from "./words-field";
import styles from "./service.module.css";

const REPLIES_MAX = 200;
const FAQS_MAX = 50;
const LENGTH_MAX = 2048;

interface ItemProps {
  head: ReactNode;
  removeLabel: string;
  answerLabel: string;
  answer: string;
  fault: string | null;
  onAnswer: (text: string) => void;
  onRemove: () => void;
  children?: ReactNode;
}

/** What leads to an answer, and the answer. */
function Item(props: ItemProps) {
  return (
    <div className={styles.item}>
      <div className={styles.itemHead}>
        {props.head}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={props.removeLabel}
          onClick={props.onRemove}
        />
      </div>
      {props.children}
      <Input.TextArea
        aria-label={props.answerLabel}
        placeholder={props.answerLabel}
        autoSize={{ minRows: 1, maxRows: 8 }}
        maxLength={LENGTH_MAX}
        value={props.answer}
        onChange={(event) => props.onAnswer(event.target.value)}
      />
      {props.fault && (
        <p role="alert" className={styles.fault}>
          {props.fault}
        </p>
      )}
    </div>
  );
}

/** Questions that are asked often. */
export function RuleFaqs({ rules, fault, onChange }: RulePart) {
  const t = useTexts(serviceTexts);
  return (
    <Panel title={t.faqs} note={t.faqsNote}>
      <div className={styles.stack}>
        {rules.faqs.map((faq, n) => {
          const set = (changed: Partial<typeof faq>) => onChange({ faqs: replaced(rules.faqs, n, changed) });
          return (
            <Item
              key={n}
              removeLabel={t.removeFaq(n + 1)}
              answerLabel={t.answer}
              answer={faq.answer}
              fault={faultAt(fault, `faqs.${String(n)}`)}
              onAnswer={(answer) => set({ answer })}
              onRemove={() => onChange({ faqs: without(rules.faqs, n) })}
              head={
                <Input
                  className={styles.grow ?? ""}
                  aria-label={t.question}
                  placeholder={t.question}
                  maxLength={128}
                  value={faq.question}
                  onChange={(event) => set({ question: event.target.value })}
                />
              }
            >
              <WordsField
                label={t.words}
                words={faq.words}
                isWrong={faultAt(fault, `faqs.${String(n)}.words`) !== null}
                onChange={(words) => set({ words })}
              />
            </Item>
          );
        })}
        <div>
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            disabled={rules.faqs.length >= FAQS_MAX}
            onClick={() => onChange({ faqs: [...rules.faqs, { question: "", answer: "", words: [] }] })}
          >
            {t.addFaq}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

/** Words, and what is answered to them. */
export function RuleReplies({ rules, fault, onChange }: RulePart) {
  const t = useTexts(serviceTexts);
  return (
    <Panel title={t.replies} note={t.repliesNote}>
      <div className={styles.stack}>
        {rules.replies.map((reply, n) => {
          const set = (changed: Partial<typeof reply>) =>
            onChange({ replies: replaced(rules.replies, n, changed) });
          return (
            <Item
              key={n}
              removeLabel={t.removeReply(n + 1)}
              answerLabel={t.answer}
              answer={reply.text}
              fault={faultAt(fault, `replies.${String(n)}`)}
              onAnswer={(text) => set({ text })}
              onRemove={() => onChange({ replies: without(rules.replies, n) })}
              head={
                <>
                  <Select
                    aria-label={t.match}
                    value={reply.match}
                    options={[
                      { value: "contains" as const, label: t.contains },
                      { value: "equals" as const, label: t.equals },
                    ]}
                    onChange={(match) => set({ match })}
                  />
                  <div className={styles.grow}>
                    <WordsField
                      label={t.words}
                      words={reply.words}
                      isWrong={faultAt(fault, `replies.${String(n)}.words`) !== null}
                      onChange={(words) => set({ words })}
                    />
                  </div>
                </>
              }
            />
          );
        })}
        <div>
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            disabled={rules.replies.length >= REPLIES_MAX}
            onClick={() =>
              onChange({ replies: [...rules.replies, { words: [], text: "", match: "contains" }] })
            }
          >
            {t.addReply}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
